import * as React from 'react';

import { Trans } from '../../i18n';
import { Dialog } from '../Dialog';
import { useFocusOnMount } from './useFocusOnMount';

export interface DialogAction {
  label: string;
  kind?: 'primary' | 'danger';
  onPress(): void;
}

export interface ChoiceDialogProps {
  title: string;
  children: React.ReactNode;
  /** In reading order; the first that is not dangerous gets the focus. */
  actions: readonly DialogAction[];
  /** Esc. */
  onClose(): void;
  trans: Trans;
}

/** A question with several answers, the safe one at hand. */
export function ChoiceDialog({ title, children, actions, onClose, trans }: ChoiceDialogProps): JSX.Element {
  const safest = actions.findIndex(action => action.kind !== 'danger');
  const first = useFocusOnMount<HTMLButtonElement>();
  return (
    <Dialog title={title} trans={trans} onClose={onClose}>
      <div className="jp-LLMOps-dialog-body">{children}</div>
      <div className="jp-LLMOps-dialog-acts">
        {actions.map((action, index) => (
          <button
            key={action.label}
            type="button"
            className={`jp-LLMOps-button${action.kind ? ` jp-LLMOps-button-mod-${action.kind}` : ''}`}
            ref={index === safest ? first : undefined}
            onClick={action.onPress}
          >
            {action.label}
          </button>
        ))}
      </div>
    </Dialog>
  );
}
