import * as React from 'react';
import { SearchHit } from '../../api/types';
import { Trans } from '../../i18n';
import { ChatSessionsStore, SessionsState } from '../../models/ChatSessionsStore';
import { ChatWorkspace } from '../../models/ChatWorkspace';
import { GroupKey, groupByDay } from '../../models/groupByDay';
import { ChatHost } from '../host';
import { Icon } from '../Icon';
import { Problem } from '../Problem';
import { Skeleton } from '../Skeleton';
import { useStore } from '../useStore';
import { onChatKey } from './onChatKey';
import { SearchHits } from './SearchHits';
import { SelectionBar } from './SelectionBar';
import { SessionRow, SessionRowActs } from './SessionRow';
import { SessionToolbar } from './SessionToolbar';
import { useSessionActs } from './useSessionActs';

export interface SessionListProps {
  workspace: ChatWorkspace;
  trans: Trans;
  host?: ChatHost;
  currentId: number | null;
  /** Open a session, or with null a new chat. */
  onOpen: (sessionId: number | null) => void;
}

const NEAR_END = 300;

/** My chats: searched, grouped by day, more as one scrolls. */
export function SessionList({ workspace, trans, host, currentId, onOpen }: SessionListProps): JSX.Element {
  const store = workspace.sessions;
  const state = useStore(store);
  const acts = useSessionActs(workspace, trans, host, currentId, onOpen);
  React.useEffect(() => {
    if (store.getSnapshot().status === 'idle') {
      void store.load();
    }
  }, [store]);
  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>): void => {
    onListKey(event);
    onChatKey(event, { onNew: () => onOpen(null) });
  };
  const openHit = (hit: SearchHit): void => {
    onOpen(hit.session_id);
    void workspace.conversation(hit.session_id).reveal(hit.message_id);
  };
  const onScroll = (event: React.UIEvent<HTMLElement>): void => {
    const box = event.currentTarget;
    if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END) {
      void store.more();
    }
  };
  return (
    <nav className="jp-LLMOps-sessions" aria-label={trans.__('Chats')} onKeyDown={onKeyDown}>
      <SessionToolbar workspace={workspace} trans={trans} acts={acts} onNew={() => onOpen(null)} />
      {state.selected && <SelectionBar state={state} store={store} trans={trans} acts={acts} />}
      {state.actionProblem && (
        <Problem problem={state.actionProblem} trans={trans} onDismiss={() => store.dismissProblem()} />
      )}
      <div className="jp-LLMOps-sessions-scroll" onScroll={onScroll}>
        <Rows state={state} store={store} trans={trans} currentId={currentId} acts={acts.row} />
        <SearchHits state={state} trans={trans} onOpen={openHit} />
      </div>
    </nav>
  );
}

interface RowsProps {
  state: SessionsState;
  store: ChatSessionsStore;
  trans: Trans;
  currentId: number | null;
  acts: SessionRowActs;
}

function Rows({ state, store, trans, currentId, acts }: RowsProps): JSX.Element {
  const groups = React.useMemo(() => groupByDay(state.items, new Date()), [state.items]);
  if (state.status === 'loading' || state.status === 'idle') {
    return <Skeleton lines={5} label={trans.__('Loading the chats')} />;
  }
  if (state.status === 'error' && state.problem) {
    return (
      <Problem problem={state.problem} trans={trans}>
        <button type="button" className="jp-LLMOps-button" onClick={() => void store.load()}>
          {trans.__('Try again')}
        </button>
      </Problem>
    );
  }
  if (!state.items.length) {
    return <p className="jp-LLMOps-none">{emptyText(state, trans)}</p>;
  }
  return (
    <>
      {groups.map(group => (
        <section key={group.key} aria-label={groupName(group.key, trans)}>
          <h3 className="jp-LLMOps-group">{groupName(group.key, trans)}</h3>
          <ul className="jp-LLMOps-group-list">
            {group.sessions.map(session => (
              <SessionRow
                key={session.id}
                session={session}
                current={session.id === currentId}
                ticked={state.selected && state.selected.has(session.id)}
                trans={trans}
                acts={acts}
              />
            ))}
          </ul>
        </section>
      ))}
      {state.next && (
        <button
          type="button"
          className="jp-LLMOps-button jp-LLMOps-more"
          disabled={state.loadingMore}
          onClick={() => void store.more()}
        >
          <Icon name="chevronDown" /> {state.loadingMore ? trans.__('Loading…') : trans.__('More')}
        </button>
      )}
    </>
  );
}

function emptyText(state: SessionsState, trans: Trans): string {
  if (state.q.trim() || state.modelConfigId !== null) {
    return trans.__('No chat has such a title.');
  }
  switch (state.shelf) {
    case 'archived':
      return trans.__('Nothing is archived.');
    case 'trash':
      return trans.__('The trash is empty.');
    default:
      return trans.__('No chats yet. Your first one begins with a message.');
  }
}

function groupName(key: GroupKey, trans: Trans): string {
  switch (key) {
    case 'pinned':
      return trans.__('Pinned');
    case 'today':
      return trans.__('Today');
    case 'yesterday':
      return trans.__('Yesterday');
    case 'week':
      return trans.__('The last 7 days');
    case 'month':
      return trans.__('The last 30 days');
    case 'older':
      return trans.__('Older');
  }
}

/** Arrows go through the rows. */
function onListKey(event: React.KeyboardEvent<HTMLElement>): void {
  const target = event.target as HTMLElement;
  if (target instanceof HTMLSelectElement) {
    // the filter by model has arrows of its own
    return;
  }
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault();
    moveRow(event.currentTarget, target, event.key === 'ArrowDown' ? 1 : -1);
  }
}

function moveRow(list: HTMLElement, from: HTMLElement, step: number): void {
  const rows = [...list.querySelectorAll<HTMLElement>('.jp-LLMOps-session-open, .jp-LLMOps-hit')];
  const at = rows.indexOf(from);
  rows[
    at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))
  ]?.focus();
}
