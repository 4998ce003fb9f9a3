import * as React from 'react';
import { StreamState } from '../../models/ConversationStore';
import { ShownMessage } from '../../models/optimistic';
import { Icon } from '../Icon';
import { MessageHandlers, MessageView } from './MessageView';
import { Panel } from './panel';
import { useStickToEnd } from './useStickToEnd';

interface MessageListProps {
  messages: readonly ShownMessage[];
  stream: StreamState | null;
  failedEdit: { messageId: number; content: string } | null;
  panel: Panel;
  handlers: MessageHandlers;
  /** A message to bring into view. */
  revealed?: number | null;
  onRevealed?: () => void;
  /** Which conversation this is: another one starts at its end. */
  place: number | null;
}

/** So many of the latest messages are drawn first, and so many more each time the reader comes to the top. */
const WINDOW = 40;
const NEAR_TOP = 400;

/** The messages of the shown branch; a long one is drawn from its end, earlier ones as the reader scrolls up. */
export function MessageList(props: MessageListProps): JSX.Element {
  const { messages, stream, failedEdit, panel, handlers, place } = props;
  const { trans } = panel;
  const [count, setCount] = React.useState(WINDOW);
  React.useEffect(() => setCount(WINDOW), [place]);
  const last = messages.at(-1);
  const stick = useStickToEnd(`${last?.id} ${last?.content.length} ${last?.thinking.length}`, place);
  useReveal(props, stick.ref, count, setCount);
  const hidden = Math.max(0, messages.length - count);
  const showEarlier = (): void => setCount(count + WINDOW);
  const onScroll = (): void => {
    stick.onScroll();
    if (hidden && (stick.ref.current?.scrollTop ?? 0) < NEAR_TOP) {
      showEarlier();
    }
  };
  return (
    <div className="jp-LLMOps-messages-frame">
      <div
        ref={stick.ref}
        className="jp-LLMOps-messages"
        role="log"
        aria-label={trans.__('Messages')}
        aria-live="off"
        tabIndex={0}
        onScroll={onScroll}
      >
        <div ref={stick.content} className="jp-LLMOps-messages-content">
          {hidden > 0 && (
            <button type="button" className="jp-LLMOps-button" onClick={showEarlier}>
              {trans._n('Show %1 earlier message', 'Show %1 earlier messages', hidden)}
            </button>
          )}
          {messages.slice(hidden).map(message => (
            <MessageView
              key={message.id}
              message={message}
              panel={panel}
              handlers={handlers}
              busy={stream !== null}
              stream={stream?.messageId === message.id ? stream : null}
              failedEdit={failedEdit?.messageId === message.id ? failedEdit.content : undefined}
            />
          ))}
        </div>
      </div>
      {stick.unseen && (
        <button type="button" className="jp-LLMOps-pill" onClick={stick.toEnd}>
          <Icon name="arrowDown" /> {stream ? trans.__('New text') : trans.__('To the end')}
        </button>
      )}
      <Announcer messages={messages} stream={stream} panel={panel} />
    </div>
  );
}

/** Scroll to the message that was searched for, once it is drawn. */
function useReveal(
  { messages, revealed = null, onRevealed }: MessageListProps,
  box: React.RefObject<HTMLElement>,
  count: number,
  setCount: (count: number) => void
): void {
  React.useEffect(() => {
    const index = revealed === null ? -1 : messages.findIndex(message => message.id === revealed);
    if (index < 0) {
      return;
    }
    if (index < messages.length - count) {
      setCount(messages.length - index + WINDOW / 2);
      return;
    }
    const article = box.current?.querySelector<HTMLElement>(`[data-message="${revealed}"]`);
    article?.scrollIntoView({ block: 'center' });
    article?.focus({ preventScroll: true });
    onRevealed?.();
  }, [messages, revealed, onRevealed, box, count, setCount]);
}

/** Tells a screen reader when an answer begins and what it was once it is complete, not every word. */
function Announcer({
  messages,
  stream,
  panel
}: Pick<MessageListProps, 'messages' | 'stream' | 'panel'>): JSX.Element {
  const { trans } = panel;
  const wasBusy = React.useRef(false);
  const [spoken, setSpoken] = React.useState('');
  const busy = stream !== null;
  const last = messages.at(-1);
  React.useEffect(() => {
    if (busy && !wasBusy.current) {
      setSpoken(trans.__('The model is answering.'));
    } else if (!busy && wasBusy.current && last?.role === 'assistant') {
      setSpoken(last.error ? last.error.message : trans.__('Answer complete: %1', last.content));
    }
    wasBusy.current = busy;
  }, [busy, last, trans]);
  return (
    <div className="jp-LLMOps-visuallyHidden" role="status" aria-live="polite">
      {spoken}
    </div>
  );
}
