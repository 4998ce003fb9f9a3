import * as React from 'react';
import { ExportFormat, Session } from '../../api/types';
import { Trans } from '../../i18n';
import { ChatWorkspace } from '../../models/ChatWorkspace';
import { ChatHost } from '../host';
import { MenuItem } from '../Menu';
import { saveFile } from '../saveFile';
import { exportItems } from './exportItems';
import { SessionRowActs } from './SessionRow';

export interface SessionActs {
  row: SessionRowActs;
  removeMany: (ids: number[]) => void;
  restoreMany: (ids: number[]) => void;
  exportMany: (ids: number[], format: ExportFormat) => void;
  importFile: (file: Blob) => void;
}

/** What the list does with sessions, each act with its word and its way back. */
export function useSessionActs(
  workspace: ChatWorkspace,
  trans: Trans,
  host: ChatHost | undefined,
  currentId: number | null,
  onOpen: (sessionId: number | null) => void
): SessionActs {
  const place = React.useRef({ currentId, onOpen });
  place.current = { currentId, onOpen };
  return React.useMemo(() => {
    const leave = (ids: number[]): void => {
      if (place.current.currentId !== null && ids.includes(place.current.currentId)) {
        place.current.onOpen(null);
      }
    };
    return actsOf(workspace, trans, host, leave, id => place.current.onOpen(id));
  }, [workspace, trans, host]);
}

function actsOf(
  workspace: ChatWorkspace,
  trans: Trans,
  host: ChatHost | undefined,
  leave: (ids: number[]) => void,
  open: (id: number) => void
): SessionActs {
  const { sessions, toasts } = workspace;
  const undo = (run: () => Promise<unknown>) => ({ label: trans.__('Undo'), run: () => void run() });
  const removeMany = async (ids: number[], text: string): Promise<void> => {
    const inTrash = sessions.getSnapshot().shelf === 'trash';
    const worked = ids.length === 1 ? await sessions.remove(ids[0]) : await sessions.removeMany(ids);
    if (worked) {
      leave(ids);
      toasts.success(text, inTrash ? undefined : undo(() => sessions.restore(ids)));
    }
  };
  const archive = async (session: Session, archived: boolean): Promise<void> => {
    if (await sessions.archive(session.id, archived)) {
      const back = async (): Promise<void> => {
        await sessions.archive(session.id, !archived);
        await sessions.load();
      };
      toasts.success(
        archived ? trans.__('“%1” is archived.', session.title) : trans.__('“%1” is back.', session.title),
        undo(back)
      );
    }
  };
  const restore = async (ids: number[]): Promise<void> => {
    if (await sessions.restore(ids)) {
      toasts.success(trans._n('%1 chat is back.', '%1 chats are back.', ids.length));
    }
  };
  const exportMany = async (ids: number[], format: ExportFormat): Promise<void> => {
    const file = await sessions.export(ids, format);
    if (file) {
      (host?.saveFile ?? saveFile)(file.blob, file.filename);
      toasts.success(trans.__('Saved as %1.', file.filename));
    }
  };
  const importFile = async (file: Blob): Promise<void> => {
    const result = await sessions.import(file);
    if (result) {
      const count = result.sessions.length;
      const text = trans._n('%1 chat was imported.', '%1 chats were imported.', count);
      const problems = result.problems.map(problem => problem.reason).join(' ');
      toasts.push({ kind: problems ? 'error' : 'success', text, detail: problems });
    }
  };
  const removeOne = (session: Session): void =>
    void removeMany(
      [session.id],
      removedText(session.title, sessions.getSnapshot().shelf === 'trash', trans)
    );
  const menu = (session: Session, rename: () => void, remove: () => void): MenuItem[] =>
    session.deleted_at
      ? [
          { label: trans.__('Restore'), icon: 'restore', run: () => void restore([session.id]) },
          { label: trans.__('Delete for good'), icon: 'trash', danger: true, run: remove }
        ]
      : [
          { label: trans.__('Rename'), icon: 'edit', run: rename },
          {
            label: session.pinned ? trans.__('Unpin') : trans.__('Pin'),
            icon: 'pin',
            run: () => void sessions.pin(session.id, !session.pinned)
          },
          {
            label: session.archived ? trans.__('Take out of the archive') : trans.__('Archive'),
            icon: 'archive',
            run: () => void archive(session, !session.archived)
          },
          ...exportItems(trans, format => void exportMany([session.id], format)),
          { label: trans.__('Delete'), icon: 'trash', danger: true, run: remove }
        ];
  return {
    row: {
      onOpen: open,
      onRename: (id, title) => void sessions.rename(id, title),
      onToggle: id => sessions.toggle(id),
      onRemove: removeOne,
      menu
    },
    removeMany: ids =>
      void removeMany(ids, trans._n('%1 chat was deleted.', '%1 chats were deleted.', ids.length)),
    restoreMany: ids => void restore(ids),
    exportMany: (ids, format) => void exportMany(ids, format),
    importFile: file => void importFile(file)
  };
}

function removedText(title: string, forGood: boolean, trans: Trans): string {
  return forGood
    ? trans.__('“%1” is deleted for good.', title)
    : trans.__('“%1” is in the trash for 30 days.', title);
}
