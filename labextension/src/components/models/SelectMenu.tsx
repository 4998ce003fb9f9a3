import * as React from 'react';

import { Trans } from '../../i18n';
import { Icon } from '../Icon';
import { useFocusOnMount } from './useFocusOnMount';

export interface SelectOption {
  value: string;
  label: string;
  /** A quiet second line. */
  detail?: string;
  /** A short label after the name. */
  badge?: string;
  icon?: React.ReactNode;
  disabled?: boolean;
}

export interface SelectGroup {
  label: string;
  options: readonly SelectOption[];
}

export interface SelectMenuProps {
  /** What is chosen here; read with the button. */
  label: string;
  id?: string;
  groups: readonly SelectGroup[];
  value: string | null;
  placeholder: string;
  onChange(value: string): void;
  /** An act below the options, such as "Manage models…". */
  footer?: { label: string; onPress(): void };
  className?: string;
  describedBy?: string;
  invalid?: boolean;
  trans: Trans;
}

/** A drop-down list with groups and a search field (combobox with a listbox). */
export function SelectMenu(props: SelectMenuProps): JSX.Element {
  const [open, setOpen] = React.useState(false);
  const root = React.useRef<HTMLDivElement>(null);
  const button = React.useRef<HTMLButtonElement>(null);
  const chosen = props.groups.flatMap(group => group.options).find(option => option.value === props.value);
  const close = (focus: boolean): void => {
    setOpen(false);
    if (focus) {
      button.current?.focus();
    }
  };
  useOutsidePress(root, open, () => setOpen(false));
  const shown = [chosen?.label ?? props.placeholder, chosen?.badge].filter(Boolean).join(' ');
  return (
    <div
      ref={root}
      className={`jp-LLMOps-select ${props.className ?? ''}`}
      onBlur={event => {
        if (event.relatedTarget && !root.current?.contains(event.relatedTarget as Node)) {
          setOpen(false);
        }
      }}
    >
      <button
        ref={button}
        id={props.id}
        type="button"
        className="jp-LLMOps-select-button"
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-label={`${props.label}: ${shown}`}
        aria-describedby={props.describedBy}
        data-invalid={props.invalid || undefined}
        onClick={() => setOpen(!open)}
        onKeyDown={event => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            setOpen(true);
          }
        }}
      >
        {chosen?.icon}
        <span className="jp-LLMOps-select-value">{chosen?.label ?? props.placeholder}</span>
        {chosen?.badge && <span className="jp-LLMOps-badge"> {chosen.badge}</span>}
        <Icon name="chevronDown" />
      </button>
      {open && <SelectPopup {...props} close={close} />}
    </div>
  );
}

interface SelectPopupProps extends SelectMenuProps {
  close(focus: boolean): void;
}

function SelectPopup(props: SelectPopupProps): JSX.Element {
  const { label, value, trans, onChange, close, footer } = props;
  const listId = React.useId();
  const search = useFocusOnMount<HTMLInputElement>();
  const [text, setText] = React.useState('');
  const groups = matchingGroups(props.groups, text);
  const options = groups.flatMap(group => group.options).filter(option => !option.disabled);
  const [active, setActive] = React.useState<string | null>(value);
  const current = options.some(option => option.value === active) ? active : (options[0]?.value ?? null);
  const choose = (next: string | null): void => {
    if (next !== null) {
      onChange(next);
      close(true);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const index = options.findIndex(option => option.value === current);
    const target = movedIndex(event.key, index, options.length);
    if (target !== null) {
      event.preventDefault();
      setActive(options[target]?.value ?? null);
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      choose(current);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close(true);
    }
  };
  return (
    <div className="jp-LLMOps-select-popup">
      <input
        type="text"
        role="combobox"
        className="jp-LLMOps-input"
        aria-label={trans.__('Search: %1', label)}
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={current === null ? undefined : optionId(listId, current)}
        placeholder={trans.__('Search…')}
        ref={search}
        value={text}
        onInput={event => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label={label} className="jp-LLMOps-select-list">
        {groups.map(group => (
          <div key={group.label} role="group" aria-label={group.label}>
            <div className="jp-LLMOps-select-group" aria-hidden="true">
              {group.label}
            </div>
            {group.options.map(option => (
              <SelectRow
                key={option.value}
                id={optionId(listId, option.value)}
                option={option}
                chosen={option.value === value}
                active={option.value === current}
                onHover={() => setActive(option.value)}
                onChoose={() => choose(option.value)}
              />
            ))}
          </div>
        ))}
        {options.length === 0 && <div className="jp-LLMOps-select-none">{trans.__('Nothing matches')}</div>}
      </div>
      {footer && (
        <button
          type="button"
          className="jp-LLMOps-select-footer"
          onClick={() => {
            close(true);
            footer.onPress();
          }}
        >
          {footer.label}
        </button>
      )}
    </div>
  );
}

interface SelectRowProps {
  id: string;
  option: SelectOption;
  chosen: boolean;
  active: boolean;
  onHover(): void;
  onChoose(): void;
}

function SelectRow({ id, option, chosen, active, onHover, onChoose }: SelectRowProps): JSX.Element {
  const row = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    if (active) {
      row.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [active]);
  return (
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={chosen}
      aria-disabled={option.disabled || undefined}
      data-active={active || undefined}
      className="jp-LLMOps-select-option"
      onMouseMove={option.disabled || active ? undefined : onHover}
      onMouseDown={event => event.preventDefault()}
      onClick={option.disabled ? undefined : onChoose}
    >
      {option.icon}
      <span className="jp-LLMOps-select-text">
        <span className="jp-LLMOps-select-name">
          {option.label}
          {option.badge && <span className="jp-LLMOps-badge">{option.badge}</span>}
        </span>
        {option.detail && <span className="jp-LLMOps-select-detail">{option.detail}</span>}
      </span>
      {chosen && <Icon name="check" />}
    </div>
  );
}

/** Return where a key moves to in a list of `length`, or null when it is no moving key. */
export function movedIndex(key: string, index: number, length: number): number | null {
  const last = length - 1;
  const moves: Record<string, number> = {
    ArrowDown: index >= last ? 0 : index + 1,
    ArrowUp: index <= 0 ? last : index - 1,
    Home: 0,
    End: last,
    PageDown: Math.min(last, index + 10),
    PageUp: Math.max(0, index - 10)
  };
  return length > 0 && key in moves ? moves[key] : null;
}

function matchingGroups(groups: readonly SelectGroup[], text: string): SelectGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (group: SelectGroup, option: SelectOption): boolean => {
    const searched = `${option.label} ${option.detail ?? ''} ${option.value} ${group.label}`.toLowerCase();
    return words.every(word => searched.includes(word));
  };
  return groups
    .map(group => ({ ...group, options: group.options.filter(option => fits(group, option)) }))
    .filter(group => group.options.length);
}

function optionId(listId: string, value: string): string {
  return `${listId}-${encodeURIComponent(value)}`;
}

/** Call `onPress` when the pointer goes down outside the element while `active`. */
export function useOutsidePress(
  root: React.RefObject<HTMLElement>,
  active: boolean,
  onPress: () => void
): void {
  const press = React.useRef(onPress);
  press.current = onPress;
  React.useEffect(() => {
    if (!active) {
      return undefined;
    }
    const onDown = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) {
        press.current();
      }
    };
    document.addEventListener('pointerdown', onDown, true);
    return () => document.removeEventListener('pointerdown', onDown, true);
  }, [root, active]);
}
