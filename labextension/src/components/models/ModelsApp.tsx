import * as React from 'react';

import { LLMOpsClient } from '../../api/client';
import { asApiError } from '../../api/errors';
import { Trans } from '../../i18n';
import { storageShelf } from '../../models/DraftShelf';
import { MeStore } from '../../models/MeStore';
import { FormPlace, ModelsRoom } from '../../models/ModelsRoom';
import { ToastStore } from '../../models/ToastStore';
import { ChatHost, ChatLayout } from '../host';
import { Toasts } from '../Toasts';
import { useStore } from '../useStore';
import { ConfigActions } from './ConfigCard';
import { DeleteDialog } from './DeleteDialog';
import { formatDuration } from '../format';
import { ModelFormHost } from './ModelFormHost';
import { ModelsPanel } from './ModelsPanel';
import { runShortcut } from './shortcuts';

/** What the models panel needs of the stores its host keeps. */
export interface ModelsAppWorkspace {
  readonly client: LLMOpsClient;
  readonly me: MeStore;
  readonly toasts: ToastStore;
  /** The models that chats choose from; told when something changed here. */
  readonly choices?: { load(): Promise<void> };
}

export interface ModelsAppProps {
  workspace: ModelsAppWorkspace;
  trans: Trans;
  host?: ChatHost;
  layout?: ChatLayout;
  /** Which form is open; left out, the panel decides for itself. */
  place?: FormPlace;
  onPlace?(place: FormPlace): void;
  /** False where the host draws the toasts itself, once for several panels. */
  showToasts?: boolean;
}

/** The models panel with its stores: the list on the left, the form on the right. */
export function ModelsApp(props: ModelsAppProps): JSX.Element {
  const { workspace, trans, showToasts = true } = props;
  const room = useModelsRoom(workspace, trans);
  const [place, setPlace] = usePlace(props);
  const guard = React.useRef<Guard>(go => go());
  const [deleting, setDeleting] = React.useState<readonly number[] | null>(null);
  const list = useStore(room.list);
  const root = React.useRef<HTMLDivElement>(null);
  const go = (next: FormPlace): void => guard.current(() => setPlace(next));
  const changed = (): void => void workspace.choices?.load();
  const actions = configActions(room, workspace, trans, changed, { open: go, ask: setDeleting });
  return (
    <div
      ref={root}
      className="jp-LLMOps-models"
      data-form={place !== null || undefined}
      onKeyDown={event => runShortcut(root.current, event)}
    >
      <ModelsPanel
        {...actions}
        state={list}
        openId={typeof place === 'number' ? place : null}
        onNew={() => go('new')}
        onQuery={change => void room.list.setQuery(change)}
        onMore={() => void room.list.more()}
        onRetry={() => void room.list.load()}
        onSelectAll={on => room.list.selectAll(on)}
        trans={trans}
      />
      {place === null ? (
        <p className="jp-LLMOps-models-nothing">
          {trans.__('Choose a model to change it, or set up a new one.')}
        </p>
      ) : (
        <ModelFormHost
          room={room}
          workspace={workspace}
          place={place}
          guard={guard}
          onPlace={setPlace}
          onChanged={changed}
          trans={trans}
        />
      )}
      {deleting && (
        <DeleteDialog
          ids={deleting}
          configs={list.configs}
          usage={ids => room.list.usage(ids)}
          onDelete={async ids => {
            await room.list.remove(ids);
            workspace.toasts.success(trans._n('%1 model deleted', '%1 models deleted', ids.length));
            changed();
            if (typeof place === 'number' && ids.includes(place)) {
              setPlace(null);
            }
          }}
          onClose={() => setDeleting(null)}
          trans={trans}
        />
      )}
      {showToasts && <Toasts store={workspace.toasts} trans={trans} />}
    </div>
  );
}

/** Runs `go` at once, or after the user has decided about unsaved changes. */
export type Guard = (go: () => void) => void;

function useModelsRoom(workspace: ModelsAppWorkspace, trans: Trans): ModelsRoom {
  const room = React.useMemo(
    () => new ModelsRoom(workspace.client, storageShelf(window.sessionStorage)),
    [workspace.client]
  );
  React.useEffect(() => {
    if (!workspace.me.getSnapshot().me) {
      void workspace.me.load(); // the chat may not have been opened yet
    }
  }, [workspace]);
  React.useEffect(() => {
    void room.list.load();
  }, [room, trans]); // the server names templates in the reader's language
  return room;
}

function usePlace({ place, onPlace }: ModelsAppProps): [FormPlace, (next: FormPlace) => void] {
  const [own, setOwn] = React.useState<FormPlace>(null);
  return place === undefined ? [own, setOwn] : [place, next => onPlace?.(next)];
}

interface PanelMoves {
  open(place: FormPlace): void;
  ask(ids: readonly number[]): void;
}

function configActions(
  room: ModelsRoom,
  { toasts }: ModelsAppWorkspace,
  trans: Trans,
  changed: () => void,
  moves: PanelMoves
): ConfigActions {
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      const problem = asApiError(error);
      toasts.error(problem.message, problem.remedy);
    }
  };
  const nameOf = (id: number): string =>
    room.list.getSnapshot().configs.find(config => config.id === id)?.name ?? `${id}`;
  return {
    onOpen: id => moves.open(id),
    onToggle: id => room.list.toggleSelected(id),
    onDelete: ids => moves.ask(ids),
    onTest: id =>
      void attempt(async () => {
        const result = await room.list.test(id);
        if (result.ok) {
          const figure = formatDuration(result.ttft_ms ?? result.latency_ms ?? 0, trans);
          toasts.success(trans.__('%1 works: first token after %2', nameOf(id), figure));
        } else {
          toasts.error(`${nameOf(id)}: ${result.problem?.message ?? ''}`, result.problem?.remedy);
        }
      }),
    onDuplicate: id =>
      void attempt(async () => {
        const copy = await room.list.duplicate(id);
        toasts.success(trans.__('Copied as “%1”', copy.name));
        changed();
        moves.open(copy.id);
      }),
    onDefault: id =>
      void attempt(async () => {
        await room.list.setDefault(id);
        toasts.success(trans.__('New chats now start with “%1”', nameOf(id)));
        changed();
      })
  };
}
