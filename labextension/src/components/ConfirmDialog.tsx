import * as React from 'react';
import { Trans } from '../i18n';
import { Dialog } from './Dialog';

interface ConfirmDialogProps {
  title: string;
  body: string;
  /** What the button that does it says: a verb and its object. */
  confirmLabel: string;
  trans: Trans;
  /** The reader must type this first: for what cannot be undone. */
  typed?: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is destroyed. */
export function ConfirmDialog(props: ConfirmDialogProps): JSX.Element {
  const { title, body, confirmLabel, trans, typed, onConfirm, onClose } = props;
  const [text, setText] = React.useState('');
  const ready = !typed || text.trim() === typed;
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    if (ready) {
      onConfirm();
      onClose();
    }
  };
  return (
    <Dialog title={title} trans={trans} onClose={onClose}>
      <form onSubmit={submit}>
        <p>{body}</p>
        {typed && (
          <label className="jp-LLMOps-field">
            {trans.__('Type %1 to confirm', typed)}
            <input
              className="jp-LLMOps-input"
              value={text}
              autoComplete="off"
              onInput={event => setText(event.currentTarget.value)}
            />
          </label>
        )}
        <div className="jp-LLMOps-dialog-acts">
          <button type="button" className="jp-LLMOps-button" onClick={onClose}>
            {trans.__('Cancel')}
          </button>
          <button type="submit" className="jp-LLMOps-button jp-LLMOps-button-mod-danger" disabled={!ready}>
            {confirmLabel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
