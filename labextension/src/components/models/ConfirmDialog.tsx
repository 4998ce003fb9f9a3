import * as React from 'react';

export interface DialogAction {
  label: string;
  kind?: 'primary' | 'danger' | 'plain';
  onPress(): void;
}

export interface ConfirmDialogProps {
  title: string;
  children: React.ReactNode;
  /** In reading order; the last one that is not dangerous gets the focus. */
  actions: readonly DialogAction[];
  /** Esc. */
  onClose(): void;
}

/** Ask before something is lost. The browser's own dialog keeps the focus inside and gives it back. */
export function ConfirmDialog({ title, children, actions, onClose }: ConfirmDialogProps): JSX.Element {
  const dialog = React.useRef<HTMLDialogElement>(null);
  const titleId = React.useId();
  useModal(dialog);
  const safest = actions.findIndex(action => action.kind !== 'danger');
  return (
    <dialog
      ref={dialog}
      className="jp-LLMOps-dialog"
      aria-labelledby={titleId}
      onCancel={event => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={titleId}>{title}</h2>
      <div className="jp-LLMOps-dialog-body">{children}</div>
      <div className="jp-LLMOps-dialog-actions">
        {actions.map((action, index) => (
          <button
            key={action.label}
            type="button"
            className={`jp-LLMOps-button jp-LLMOps-button-mod-${action.kind ?? 'plain'}`}
            autoFocus={index === safest}
            onClick={action.onPress}
          >
            {action.label}
          </button>
        ))}
      </div>
    </dialog>
  );
}

/** Open the dialog over everything while it is mounted; focus returns where it came from. */
export function useModal(dialog: React.RefObject<HTMLDialogElement>): void {
  React.useEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    if (element && !element.open) {
      element.showModal();
    }
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus();
      }
    };
  }, [dialog]);
}
