/** Single-key shortcuts: `/` and `n` reach whatever in the panel carries `data-shortcut`. */

/** Act on the key inside `root`; true when something was reached. */
export function runShortcut(root: HTMLElement | null, event: KeyboardEvent | React.KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  const typing = target.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable], dialog');
  if (!root || typing || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) {
    return false;
  }
  const reached = [...root.querySelectorAll<HTMLElement>('[data-shortcut]')].find(
    element => element.dataset.shortcut === event.key
  );
  if (!reached) {
    return false;
  }
  event.preventDefault();
  if (reached instanceof HTMLInputElement) {
    reached.focus();
  } else {
    reached.click();
  }
  return true;
}
