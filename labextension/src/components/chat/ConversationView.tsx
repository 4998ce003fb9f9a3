import * as React from 'react';
import { ExportFormat } from '../../api/types';
import { ChatWorkspace } from '../../models/ChatWorkspace';
import { ConversationState, ConversationStore } from '../../models/ConversationStore';
import { Icon } from '../Icon';
import { Problem } from '../Problem';
import { saveFile } from '../saveFile';
import { Skeleton } from '../Skeleton';
import { useStore } from '../useStore';
import { ChatHeader } from './ChatHeader';
import { Composer } from './Composer';
import { EmptyState } from './EmptyState';
import { MessageList } from './MessageList';
import { MessageHandlers } from './MessageView';
import { Panel } from './panel';

interface ConversationViewProps {
  workspace: ChatWorkspace;
  conversation: ConversationStore;
  panel: Panel;
  /** The new chat that was begun here has become a session. */
  onCreated: (sessionId: number) => void;
  /** Show the list of keys. */
  onKeys: () => void;
}

/** One conversation: header, messages, composer. */
export function ConversationView(props: ConversationViewProps): JSX.Element {
  const { workspace, conversation, panel, onCreated, onKeys } = props;
  const state = useStore(conversation);
  const choices = useStore(workspace.choices);
  const handlers = useHandlers(workspace, conversation);
  const field = React.useRef<HTMLTextAreaElement>(null);
  useFreshness(conversation);
  useFieldFocus(field, conversation);
  const send = useSend(conversation, onCreated);
  const modelConfigId = state.modelConfigId ?? workspace.choices.preferred?.id ?? null;
  return (
    <section
      className="jp-LLMOps-conversation"
      aria-label={state.session?.title || panel.trans.__('New chat')}
    >
      <ChatHeader
        state={{ ...state, modelConfigId }}
        configs={choices.configs}
        providers={choices.providers}
        panel={panel}
        onTitle={title => void conversation.change({ title })}
        onModel={id => void conversation.change({ model_config_id: id })}
        onSystemPrompt={text => void conversation.change({ system_prompt: text })}
        onExport={format => void exportChat(workspace, state, format, panel)}
        onClear={() => void conversation.clear()}
        onAnswersOnly={on => void workspace.me.change({ answers_only: on })}
        onKeys={onKeys}
      />
      <Body
        state={state}
        conversation={conversation}
        workspace={workspace}
        panel={panel}
        handlers={handlers}
        onStarter={text => {
          conversation.setDraft(text);
          field.current?.focus();
        }}
      />
      <Troubles state={state} conversation={conversation} panel={panel} onSend={send} />
      <Composer
        draft={state.draft}
        attachments={state.attachments}
        panel={panel}
        busy={state.stream !== null}
        stopping={state.stream?.stopping ?? false}
        disabled={choices.status === 'ready' && choices.configs.length === 0}
        field={field}
        onDraft={text => conversation.setDraft(text)}
        onAttach={attachment => conversation.attach(attachment)}
        onDetach={key => conversation.detach(key)}
        onSend={send}
        onStop={() => void conversation.stop()}
      />
    </section>
  );
}

interface BodyProps {
  state: ConversationState;
  conversation: ConversationStore;
  workspace: ChatWorkspace;
  panel: Panel;
  handlers: MessageHandlers;
  onStarter: (text: string) => void;
}

function Body({ state, conversation, workspace, panel, handlers, onStarter }: BodyProps): JSX.Element {
  const { trans } = panel;
  const choices = useStore(workspace.choices);
  const onRevealed = React.useCallback(() => conversation.revealDone(), [conversation]);
  if (state.status === 'loading') {
    return (
      <div className="jp-LLMOps-messages">
        <Skeleton lines={6} label={trans.__('Loading the chat')} />
      </div>
    );
  }
  if (state.status === 'error' && state.problem) {
    return (
      <div className="jp-LLMOps-messages">
        <Problem problem={state.problem} trans={trans}>
          <button type="button" className="jp-LLMOps-button" onClick={handlers.onReconnect}>
            {trans.__('Try again')}
          </button>
        </Problem>
      </div>
    );
  }
  if (!state.messages.length) {
    return (
      <EmptyState
        panel={panel}
        choices={choices}
        onStarter={onStarter}
        onRetry={() => void workspace.choices.load()}
      />
    );
  }
  return (
    <MessageList
      messages={state.messages}
      stream={state.stream}
      failedEdit={state.failedEdit}
      revealed={state.revealed}
      onRevealed={onRevealed}
      panel={panel}
      handlers={handlers}
      place={state.sessionId}
    />
  );
}

interface TroublesProps {
  state: ConversationState;
  conversation: ConversationStore;
  panel: Panel;
  onSend: () => void;
}

/** What went wrong with sending or with the connection, right over the composer. */
function Troubles({ state, conversation, panel, onSend }: TroublesProps): JSX.Element | null {
  const { trans } = panel;
  const { stream, sendProblem, actionProblem } = state;
  const dismiss = (): void => conversation.dismissProblems();
  if (stream && stream.attempt > 0) {
    return (
      <p className="jp-LLMOps-ending" role="status">
        <Icon name="warning" />
        <span className="jp-LLMOps-grow">
          {trans.__('The connection is lost; nothing of the answer is. Trying again…')}
        </span>
        <button type="button" className="jp-LLMOps-button" onClick={() => conversation.retryNow()}>
          {trans.__('Try now')}
        </button>
      </p>
    );
  }
  if (sendProblem) {
    return (
      <Problem problem={sendProblem} trans={trans} onDismiss={dismiss}>
        {!state.failedEdit && (
          <button type="button" className="jp-LLMOps-button" onClick={onSend}>
            <Icon name="refresh" /> {trans.__('Send again')}
          </button>
        )}
      </Problem>
    );
  }
  return actionProblem && <Problem problem={actionProblem} trans={trans} onDismiss={dismiss} />;
}

function useHandlers(workspace: ChatWorkspace, conversation: ConversationStore): MessageHandlers {
  return React.useMemo(
    () => ({
      onRegenerate: id => void conversation.regenerate(id),
      onResend: (id, content) => void conversation.editAndResend(id, content),
      onRate: (id, rating) => void conversation.rate(id, rating),
      onSwitch: id => void conversation.switchTo(id),
      onReconnect: () => void conversation.load(),
      loadImage: id => workspace.client.messages.image(id)
    }),
    [workspace, conversation]
  );
}

/** Send, and tell the host when that made a session of the new chat. */
function useSend(conversation: ConversationStore, onCreated: (sessionId: number) => void): () => void {
  const created = React.useRef(onCreated);
  created.current = onCreated;
  return React.useCallback(() => {
    if (conversation.getSnapshot().sessionId !== null) {
      void conversation.send();
      return;
    }
    const unsubscribe = conversation.subscribe(() => {
      const { sessionId } = conversation.getSnapshot();
      if (sessionId !== null) {
        unsubscribe();
        created.current(sessionId);
      }
    });
    void conversation.send().finally(unsubscribe);
  }, [conversation]);
}

/** A new chat that was asked for is where the reader types next; the one shown at first takes no focus away. */
function useFieldFocus(field: React.RefObject<HTMLElement>, conversation: ConversationStore): void {
  const shown = React.useRef(conversation);
  React.useEffect(() => {
    if (shown.current !== conversation && conversation.getSnapshot().sessionId === null) {
      field.current?.focus();
    }
    shown.current = conversation;
  }, [field, conversation]);
}

/** Load when shown, and look again when the reader comes back to this tab. */
function useFreshness(conversation: ConversationStore): void {
  React.useEffect(() => {
    void conversation.refresh();
    const onVisible = (): void => {
      if (document.visibilityState === 'visible') {
        void conversation.refresh();
      }
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [conversation]);
}

async function exportChat(
  workspace: ChatWorkspace,
  { sessionId }: ConversationState,
  format: ExportFormat,
  { host, trans }: Panel
): Promise<void> {
  const file = sessionId === null ? null : await workspace.sessions.export([sessionId], format);
  if (file) {
    (host.saveFile ?? saveFile)(file.blob, file.filename);
    workspace.toasts.success(trans.__('Saved as %1.', file.filename));
  }
}
