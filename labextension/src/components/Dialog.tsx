import * as React from 'react';
import { Trans } from '../i18n';
import { IconButton } from './Icon';

interface DialogProps {
  title: string;
  trans: Trans;
  onClose: () => void;
  children: React.ReactNode;
}

/** A modal window by the browser's own `<dialog>`: it holds the focus and gives it back, Escape closes. */
export function Dialog({ title, trans, onClose, children }: DialogProps): JSX.Element {
  const ref = React.useRef<HTMLDialogElement>(null);
  const titleId = React.useId();
  React.useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement as HTMLElement | null;
    dialog?.showModal();
    return () => {
      dialog?.close();
      opener?.focus?.();
    };
  }, []);
  const cancel = (event: React.SyntheticEvent): void => {
    event.preventDefault();
    onClose();
  };
  return (
    <dialog ref={ref} className="jp-LLMOps-dialog" aria-labelledby={titleId} onCancel={cancel}>
      <header className="jp-LLMOps-row">
        <h2 id={titleId} className="jp-LLMOps-grow">
          {title}
        </h2>
        <IconButton icon="close" label={trans.__('Close')} onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}
