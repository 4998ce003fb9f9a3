import * as React from 'react';
import { Trans } from '../../i18n';

interface EditableTitleProps {
  title: string;
  trans: Trans;
  /** Open for editing from the start. */
  editing?: boolean;
  onChange: (title: string) => void;
  /** Editing is over; `byKey` tells that the focus was in the field until now. */
  onDone?: (byKey: boolean) => void;
}

const LONGEST = 200;

/** A title that becomes a field when pressed; Enter keeps, Escape gives up. */
export function EditableTitle({
  title,
  trans,
  editing = false,
  onChange,
  onDone
}: EditableTitleProps): JSX.Element {
  const [open, setOpen] = React.useState(editing);
  const [button, focusButton] = useFocusBack<HTMLButtonElement>(open);
  if (!open) {
    return (
      <button
        ref={button}
        type="button"
        className="jp-LLMOps-title"
        title={trans.__('Rename: %1', title)}
        onClick={() => setOpen(true)}
      >
        {title}
      </button>
    );
  }
  const done = (text: string | null, byKey: boolean): void => {
    setOpen(false);
    focusButton(byKey);
    const clean = text?.trim();
    if (clean && clean !== title) {
      onChange(clean);
    }
    onDone?.(byKey);
  };
  return <TitleField title={title} trans={trans} onDone={done} />;
}

function TitleField({
  title,
  trans,
  onDone
}: {
  title: string;
  trans: Trans;
  onDone: (text: string | null, byKey: boolean) => void;
}): JSX.Element {
  const ref = React.useRef<HTMLInputElement>(null);
  const given = React.useRef(false);
  React.useEffect(() => {
    ref.current?.focus();
    ref.current?.select();
  }, []);
  // Escape and Enter take the field away, and that blurs it: only the first word counts
  const end = (text: string | null, byKey: boolean): void => {
    if (!given.current) {
      given.current = true;
      onDone(text, byKey);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>): void => {
    event.stopPropagation();
    if (event.nativeEvent.isComposing) {
      return;
    }
    if (event.key === 'Escape') {
      end(null, true);
    } else if (event.key === 'Enter') {
      end(event.currentTarget.value, true);
    }
  };
  return (
    <input
      ref={ref}
      className="jp-LLMOps-input"
      aria-label={trans.__('Title of the chat')}
      defaultValue={title}
      maxLength={LONGEST}
      onKeyDown={onKeyDown}
      onBlur={event => end(event.currentTarget.value, false)}
    />
  );
}

/** Give the focus back to what took the place of a field; the second part asks for it. */
export function useFocusBack<Element extends HTMLElement>(
  away: boolean
): [React.RefObject<Element>, (wanted: boolean) => void] {
  const ref = React.useRef<Element>(null);
  const wanted = React.useRef(false);
  React.useEffect(() => {
    if (!away && wanted.current) {
      wanted.current = false;
      ref.current?.focus();
    }
  }, [away]);
  return [ref, next => (wanted.current = next)];
}
