import * as React from 'react';
import { Message, Rating } from '../../api/types';
import { StreamState } from '../../models/ConversationStore';
import { ShownMessage } from '../../models/optimistic';
import { formatExact, formatShort } from '../format';
import { Icon } from '../Icon';
import { Markdown } from '../markdown/Markdown';
import { Problem } from '../Problem';
import { EditForm } from './EditForm';
import { MessageActions } from './MessageActions';
import { MessageImages } from './MessageImages';
import { MessageMeta } from './MessageMeta';
import { Panel } from './panel';
import { ThinkingFold } from './ThinkingFold';

/** What a reader can do with the messages of a conversation. */
export interface MessageHandlers {
  onRegenerate: (messageId: number) => void;
  onResend: (messageId: number, content: string) => void;
  onRate: (messageId: number, rating: Rating) => void;
  onSwitch: (messageId: number) => void;
  onReconnect: () => void;
  loadImage: (imageId: number) => Promise<Blob>;
}

interface MessageViewProps {
  message: ShownMessage;
  panel: Panel;
  handlers: MessageHandlers;
  busy: boolean;
  /** The stream that writes this message, or null. */
  stream: StreamState | null;
  /** Text of an edit that could not be sent: the editor opens with it. */
  failedEdit?: string;
}

/** One message; memoised, because only the last one changes while an answer comes in. */
export const MessageView = React.memo(function MessageView(props: MessageViewProps): JSX.Element {
  return props.message.role === 'user' ? <Question {...props} /> : <Answer {...props} />;
});

function Question({ message, panel, handlers, busy, failedEdit }: MessageViewProps): JSX.Element {
  const { trans } = panel;
  const [editing, setEditing] = React.useState(failedEdit !== undefined);
  const resend = (content: string): void => {
    setEditing(false);
    handlers.onResend(message.id, content);
  };
  return (
    <article
      className="jp-LLMOps-message jp-LLMOps-message-mod-user"
      data-message={message.id}
      tabIndex={-1}
      aria-label={trans.__('Your message')}
    >
      <div className="jp-LLMOps-meta" title={formatExact(message.created_at, trans)}>
        {trans.__('You')}{' '}
        <span className="jp-LLMOps-num">{formatShort(message.created_at, new Date(), trans)}</span>
      </div>
      {editing ? (
        <EditForm
          initial={failedEdit ?? message.content}
          panel={panel}
          onSend={resend}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <div className="jp-LLMOps-question">
          <MessageImages message={message} trans={trans} load={handlers.loadImage} />
          {message.content && <p>{message.content}</p>}
        </div>
      )}
      {!editing && message.id > 0 && (
        <Actions
          message={message}
          panel={panel}
          handlers={handlers}
          busy={busy}
          onEdit={() => setEditing(true)}
        />
      )}
    </article>
  );
}

function Answer(props: MessageViewProps): JSX.Element {
  const { message, panel, handlers, busy, stream } = props;
  const { trans, rich, host, settings } = panel;
  const live = stream !== null;
  const thinking = live && stream.phase === 'thinking';
  return (
    <article
      className="jp-LLMOps-message jp-LLMOps-message-mod-assistant"
      data-message={message.id}
      tabIndex={-1}
      aria-label={trans.__('Answer')}
      aria-busy={live}
    >
      <MessageMeta message={message} trans={trans} />
      {message.thinking && !settings.answers_only && (
        <ThinkingFold
          text={message.thinking}
          durationMs={message.thinking_ms}
          live={thinking}
          since={stream?.thinkingSince ?? null}
          trans={trans}
        />
      )}
      {live && !message.content && <Waiting stream={stream} panel={panel} />}
      {message.content && (
        <Markdown
          text={message.content}
          live={live}
          rich={rich}
          trans={trans}
          remoteImages={settings.remote_images}
          onInsert={host.insertCode}
        />
      )}
      {live && message.content && <span className="jp-LLMOps-caret" aria-hidden="true" />}
      <Notices notices={message.notices} />
      <Ending {...props} />
      {!live && message.id > 0 && <Actions message={message} panel={panel} handlers={handlers} busy={busy} />}
    </article>
  );
}

function Waiting({ stream, panel }: { stream: StreamState; panel: Panel }): JSX.Element | null {
  const { trans, settings } = panel;
  if (stream.phase === 'thinking' && !settings.answers_only) {
    return null;
  }
  return (
    <p className="jp-LLMOps-waiting">
      <span className="jp-LLMOps-caret" aria-hidden="true" />
      {stream.phase === 'thinking' ? trans.__('Thinking…') : trans.__('Waiting for the model…')}
    </p>
  );
}

function Notices({ notices }: { notices: string[] }): JSX.Element | null {
  if (!notices.length) {
    return null;
  }
  return (
    <ul className="jp-LLMOps-notices">
      {notices.map((notice, index) => (
        <li key={index}>
          <Icon name="info" /> {notice}
        </li>
      ))}
    </ul>
  );
}

/** How an answer that is not complete ended, and what mends it. */
function Ending({ message, panel, handlers, busy, stream }: MessageViewProps): JSX.Element | null {
  const { trans } = panel;
  const again = (
    <button
      type="button"
      className="jp-LLMOps-button"
      disabled={busy}
      onClick={() => handlers.onRegenerate(message.id)}
    >
      <Icon name="refresh" /> {trans.__('Send again')}
    </button>
  );
  if (stream) {
    return null;
  }
  if (message.error) {
    return (
      <Problem problem={message.error} trans={trans}>
        {again}
      </Problem>
    );
  }
  const text = endingText(message, panel);
  if (!text) {
    return null;
  }
  return (
    <p className="jp-LLMOps-ending">
      <Icon name="info" /> <span className="jp-LLMOps-grow">{text}</span>
      {message.status === 'streaming' ? (
        <button type="button" className="jp-LLMOps-button" onClick={handlers.onReconnect}>
          {trans.__('Reconnect')}
        </button>
      ) : (
        message.finish_reason !== 'length' && again
      )}
    </p>
  );
}

function endingText(message: Message, { trans }: Panel): string {
  switch (message.status) {
    case 'stopped':
      return trans.__('Stopped.');
    case 'interrupted':
      return trans.__(
        'Interrupted: the server went away while the answer was written. What had come is kept.'
      );
    case 'failed':
      return trans.__('The answer failed.');
    case 'streaming':
      return trans.__('This answer is still being written elsewhere.');
    default:
      return message.finish_reason === 'length' ? trans.__('Cut off: the limit of tokens was reached.') : '';
  }
}

interface ActionsProps {
  message: Message;
  panel: Panel;
  handlers: MessageHandlers;
  busy: boolean;
  onEdit?: () => void;
}

function Actions({ message, panel, handlers, busy, onEdit }: ActionsProps): JSX.Element {
  return (
    <MessageActions
      message={message}
      trans={panel.trans}
      busy={busy}
      onRegenerate={handlers.onRegenerate}
      onEdit={() => onEdit?.()}
      onRate={handlers.onRate}
      onSwitch={handlers.onSwitch}
    />
  );
}
