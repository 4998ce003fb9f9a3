import * as React from 'react';
import { Trans } from '../../i18n';
import { ChatWorkspace } from '../../models/ChatWorkspace';
import { ChatHost, ChatLayout } from '../host';
import { Icon } from '../Icon';
import { KeyboardSheet } from '../KeyboardSheet';
import { RichText } from '../markdown/RichText';
import { Toasts } from '../Toasts';
import { useStore } from '../useStore';
import { ConversationView } from './ConversationView';
import { onChatKey } from './onChatKey';
import { Panel } from './panel';
import { SessionList } from './SessionList';

export interface ChatAppProps {
  workspace: ChatWorkspace;
  trans: Trans;
  layout: ChatLayout;
  host?: ChatHost;
  /** The session shown, null for a new chat. Left out, ChatApp keeps track itself. */
  sessionId?: number | null;
  /** False where the host draws the toasts itself, once for several panels. */
  showToasts?: boolean;
}

const NO_HOST: ChatHost = {};

/** The chat as every host shows it. */
export function ChatApp(props: ChatAppProps): JSX.Element {
  const { workspace, trans, layout, host = NO_HOST, sessionId, showToasts = true } = props;
  const [own, setOwn] = React.useState<number | null>(null);
  const shown = sessionId === undefined ? own : sessionId;
  const panel = usePanel(workspace, trans, host);
  useStart(workspace);
  const conversation = workspace.conversation(shown);
  const open = React.useCallback(
    (id: number | null) => {
      setOwn(id);
      host.onNavigate?.({ view: 'chat', sessionId: id });
    },
    [host]
  );
  const [keys, setKeys] = React.useState(false);
  const showKeys = (): void => setKeys(true);
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>): void =>
    onChatKey(event, { onNew: () => open(null), onSheet: showKeys });
  const view = (
    <ConversationView
      workspace={workspace}
      conversation={conversation}
      panel={panel}
      onCreated={open}
      onKeys={showKeys}
    />
  );
  const sheet = keys && (
    <KeyboardSheet trans={trans} sendWith={panel.settings.send_with} onClose={() => setKeys(false)} />
  );
  if (layout === 'embedded') {
    return (
      <div className="jp-LLMOps-chat jp-LLMOps-chat-mod-embedded" onKeyDown={onKeyDown}>
        {view}
        {sheet}
        {showToasts && <Toasts store={workspace.toasts} trans={trans} />}
      </div>
    );
  }
  const list = (
    <SessionList workspace={workspace} trans={trans} host={host} currentId={shown} onOpen={open} />
  );
  return (
    <div className={`jp-LLMOps-chat jp-LLMOps-chat-mod-${layout}`} onKeyDown={onKeyDown}>
      <Drawer trans={trans} place={shown}>
        {list}
      </Drawer>
      {view}
      {sheet}
      {showToasts && <Toasts store={workspace.toasts} trans={trans} />}
    </div>
  );
}

/** The list beside the conversation; where there is little room it is folded behind a button. */
function Drawer({
  trans,
  place,
  children
}: {
  trans: Trans;
  place: number | null;
  children: React.ReactNode;
}): JSX.Element {
  const [open, setOpen] = React.useState(false);
  const id = React.useId();
  React.useEffect(() => setOpen(false), [place]);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape') {
      setOpen(false);
    }
  };
  return (
    <div className="jp-LLMOps-drawer" onKeyDown={onKeyDown}>
      <button
        type="button"
        className="jp-LLMOps-button jp-LLMOps-drawer-toggle"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <Icon name="list" /> {trans.__('Chats')} <Icon name={open ? 'chevronDown' : 'chevronRight'} />
      </button>
      <div id={id} className={`jp-LLMOps-drawer-body${open ? ' jp-LLMOps-drawer-body-mod-open' : ''}`}>
        {children}
      </div>
    </div>
  );
}

function usePanel(workspace: ChatWorkspace, trans: Trans, host: ChatHost): Panel {
  const { settings } = useStore(workspace.me);
  const rich = React.useMemo(() => new RichText(host.loaders), [host.loaders]);
  return React.useMemo(() => ({ trans, rich, host, settings }), [trans, rich, host, settings]);
}

/** Load what every layout needs, once for all parts that share the workspace. */
function useStart(workspace: ChatWorkspace): void {
  React.useEffect(() => {
    if (workspace.me.getSnapshot().me === null) {
      void workspace.me.load();
    }
    if (workspace.choices.getSnapshot().status === 'idle') {
      void workspace.choices.load();
    }
  }, [workspace]);
}
