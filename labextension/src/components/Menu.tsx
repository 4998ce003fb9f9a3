import * as React from 'react';
import { Icon, IconName } from './Icon';

export interface MenuItem {
  label: string;
  icon?: IconName;
  danger?: boolean;
  checked?: boolean;
  disabled?: boolean;
  run: () => void;
}

interface MenuProps {
  label: string;
  icon: IconName;
  items: MenuItem[];
}

/** A button that opens a list of acts; arrows move, Escape closes and gives the focus back. */
export function Menu({ label, icon, items }: MenuProps): JSX.Element {
  const [open, setOpen] = React.useState(false);
  const root = React.useRef<HTMLSpanElement>(null);
  const button = React.useRef<HTMLButtonElement>(null);
  const close = React.useCallback((focus: boolean) => {
    setOpen(false);
    if (focus) {
      button.current?.focus();
    }
  }, []);
  useOutside(root, open, close);
  React.useEffect(() => {
    if (open) {
      root.current?.querySelector<HTMLElement>('[role^="menuitem"]')?.focus();
    }
  }, [open]);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close(true);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      event.stopPropagation();
      moveFocus(root.current, event.key === 'ArrowDown' ? 1 : -1);
    }
  };
  const choose = (item: MenuItem): void => {
    close(true);
    item.run();
  };
  return (
    <span ref={root} className="jp-LLMOps-menu" onKeyDown={open ? onKeyDown : undefined}>
      <button
        ref={button}
        type="button"
        className="jp-LLMOps-iconButton"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name={icon} />
      </button>
      {open && (
        <div role="menu" className="jp-LLMOps-menu-list" aria-label={label}>
          {items.map(item => (
            <OneItem key={item.label} item={item} onChoose={choose} />
          ))}
        </div>
      )}
    </span>
  );
}

function OneItem({ item, onChoose }: { item: MenuItem; onChoose: (item: MenuItem) => void }): JSX.Element {
  const check = item.checked !== undefined;
  return (
    <button
      type="button"
      role={check ? 'menuitemcheckbox' : 'menuitem'}
      aria-checked={check ? item.checked : undefined}
      tabIndex={-1}
      disabled={item.disabled}
      className={`jp-LLMOps-menu-item${item.danger ? ' jp-LLMOps-menu-item-mod-danger' : ''}`}
      onClick={() => onChoose(item)}
    >
      {item.checked ? (
        <Icon name="check" />
      ) : item.icon ? (
        <Icon name={item.icon} />
      ) : (
        <span className="jp-LLMOps-icon" />
      )}
      {item.label}
    </button>
  );
}

function moveFocus(root: HTMLElement | null, step: number): void {
  const items = [...(root?.querySelectorAll<HTMLElement>('[role^="menuitem"]:not(:disabled)') ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[(at + step + items.length) % items.length]?.focus();
}

function useOutside(
  root: React.RefObject<HTMLElement>,
  open: boolean,
  close: (focus: boolean) => void
): void {
  React.useEffect(() => {
    if (!open) {
      return;
    }
    const onDown = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) {
        close(false);
      }
    };
    document.addEventListener('pointerdown', onDown);
    return () => document.removeEventListener('pointerdown', onDown);
  }, [root, open, close]);
}
