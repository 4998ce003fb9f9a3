import * as React from 'react';
import { Message } from '../../api/types';
import { Trans } from '../../i18n';
import { IconButton } from '../Icon';

interface BranchSwitchProps {
  message: Message;
  trans: Trans;
  disabled?: boolean;
  onSwitch: (messageId: number) => void;
}

/** `‹ 2/3 ›`: goes between the versions of a message; nothing when there is one only. */
export function BranchSwitch({ message, trans, disabled, onSwitch }: BranchSwitchProps): JSX.Element | null {
  const { siblings, id } = message;
  const position = siblings.indexOf(id);
  if (siblings.length < 2 || position < 0) {
    return null;
  }
  return (
    <span className="jp-LLMOps-branch" role="group" aria-label={trans.__('Versions of this message')}>
      <IconButton
        icon="chevronLeft"
        label={trans.__('Previous version')}
        disabled={disabled || position === 0}
        onClick={() => onSwitch(siblings[position - 1])}
      />
      <span
        className="jp-LLMOps-num"
        aria-label={trans.__('Version %1 of %2', position + 1, siblings.length)}
      >
        {position + 1}/{siblings.length}
      </span>
      <IconButton
        icon="chevronRight"
        label={trans.__('Next version')}
        disabled={disabled || position === siblings.length - 1}
        onClick={() => onSwitch(siblings[position + 1])}
      />
    </span>
  );
}
