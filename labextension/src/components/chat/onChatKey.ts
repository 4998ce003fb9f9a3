import * as React from 'react';

export interface KeyActs {
  onNew?: () => void;
  onSheet?: () => void;
}

/** Keys that work wherever one is not typing: `/` searches, `n` begins a chat, `?` lists the keys. */
export function onChatKey(event: React.KeyboardEvent<HTMLElement>, { onNew, onSheet }: KeyActs): void {
  const target = event.target as HTMLElement;
  const typing = target.matches('input:not([type="checkbox"]), textarea, select') || target.isContentEditable;
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isDefaultPrevented()) {
    return;
  }
  if (event.key === '/') {
    const search = event.currentTarget.querySelector<HTMLElement>('input[type="search"]');
    search?.focus();
    stopHere(event, !!search);
  } else if (event.key === 'n' && onNew) {
    onNew();
    stopHere(event, true);
  } else if (event.key === '?' && onSheet) {
    onSheet();
    stopHere(event, true);
  }
}

/** JupyterLab has keys of its own further out. */
function stopHere(event: React.KeyboardEvent, used: boolean): void {
  if (used) {
    event.preventDefault();
    event.stopPropagation();
  }
}
