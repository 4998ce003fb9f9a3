import * as React from 'react';
import { Panel } from './panel';
import { isSendKey } from './sendKey';

interface EditFormProps {
  initial: string;
  panel: Panel;
  onSend: (content: string) => void;
  onCancel: () => void;
}

/** Changes an earlier message in its place; sending makes a new branch. */
export function EditForm({ initial, panel, onSend, onCancel }: EditFormProps): JSX.Element {
  const { trans, settings } = panel;
  const [text, setText] = React.useState(initial);
  const ref = React.useRef<HTMLTextAreaElement>(null);
  React.useEffect(() => {
    ref.current?.focus();
  }, []);
  const send = (): void => {
    if (text.trim()) {
      onSend(text);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    // an input method takes Escape to give up its composition, not the message
    if (event.key === 'Escape' && !event.nativeEvent.isComposing) {
      event.stopPropagation();
      onCancel();
    } else if (isSendKey(event, settings.send_with)) {
      event.preventDefault();
      send();
    }
  };
  return (
    <div className="jp-LLMOps-edit">
      <textarea
        ref={ref}
        className="jp-LLMOps-input"
        aria-label={trans.__('Edit your message')}
        rows={Math.min(12, text.split('\n').length + 1)}
        value={text}
        onInput={event => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div className="jp-LLMOps-row">
        <button
          type="button"
          className="jp-LLMOps-button jp-LLMOps-button-mod-primary"
          disabled={!text.trim()}
          onClick={send}
        >
          {trans.__('Send')}
        </button>
        <button type="button" className="jp-LLMOps-button" onClick={onCancel}>
          {trans.__('Cancel')}
        </button>
      </div>
    </div>
  );
}
