import * as React from 'react';
import { Trans } from '../i18n';
import { Toast, ToastStore } from '../models/ToastStore';
import { Icon, IconButton, IconName } from './Icon';
import { useStore } from './useStore';

const ICONS: Record<Toast['kind'], IconName> = { success: 'check', info: 'info', error: 'error' };

/** Results of acts, spoken politely; pointing at one or focusing it stops its clock. */
export function Toasts({ store, trans }: { store: ToastStore; trans: Trans }): JSX.Element {
  const { toasts } = useStore(store);
  return (
    <div className="jp-LLMOps-toasts" role="region" aria-label={trans.__('Notifications')} aria-live="polite">
      {toasts.map(toast => (
        <OneToast key={toast.id} toast={toast} store={store} trans={trans} />
      ))}
    </div>
  );
}

function OneToast({ toast, store, trans }: { toast: Toast; store: ToastStore; trans: Trans }): JSX.Element {
  const pause = (): void => store.pause(toast.id);
  const resume = (): void => store.resume(toast.id);
  const act = (): void => {
    toast.action?.run();
    store.dismiss(toast.id);
  };
  return (
    <div
      className={`jp-LLMOps-toast jp-LLMOps-toast-mod-${toast.kind}`}
      role={toast.kind === 'error' ? 'alert' : 'status'}
      onMouseEnter={pause}
      onMouseLeave={resume}
      onFocus={pause}
      onBlur={resume}
    >
      <Icon name={ICONS[toast.kind]} />
      <span className="jp-LLMOps-grow">
        {toast.text}
        {toast.detail && <span className="jp-LLMOps-hint"> {toast.detail}</span>}
      </span>
      {toast.action && (
        <button type="button" className="jp-LLMOps-button" onClick={act}>
          {toast.action.label}
        </button>
      )}
      <IconButton icon="close" label={trans.__('Dismiss')} onClick={() => store.dismiss(toast.id)} />
    </div>
  );
}
