import * as React from 'react';
import { Trans } from '../../i18n';
import { ChatSessionsStore, SessionsState } from '../../models/ChatSessionsStore';
import { ConfirmDialog } from '../ConfirmDialog';
import { IconButton } from '../Icon';
import { Menu } from '../Menu';
import { exportItems } from './exportItems';
import { SessionActs } from './useSessionActs';

interface SelectionBarProps {
  state: SessionsState;
  store: ChatSessionsStore;
  trans: Trans;
  acts: SessionActs;
}

/** What can be done with the ticked sessions. */
export function SelectionBar({ state, store, trans, acts }: SelectionBarProps): JSX.Element {
  const [asking, setAsking] = React.useState(false);
  const ids = [...(state.selected ?? [])];
  const none = ids.length === 0;
  const trash = state.shelf === 'trash';
  const remove = (): void => (trash ? setAsking(true) : acts.removeMany(ids));
  return (
    <div className="jp-LLMOps-selection" role="toolbar" aria-label={trans.__('Selected chats')}>
      <span className="jp-LLMOps-num jp-LLMOps-grow" role="status">
        {trans._n('%1 selected', '%1 selected', ids.length)}
      </span>
      <IconButton icon="select" label={trans.__('Select all')} onClick={() => store.selectAll()} />
      {trash ? (
        <IconButton
          icon="restore"
          label={trans.__('Restore')}
          disabled={none}
          onClick={() => acts.restoreMany(ids)}
        />
      ) : (
        !none && (
          <Menu
            label={trans.__('Export')}
            icon="download"
            items={exportItems(trans, format => acts.exportMany(ids, format))}
          />
        )
      )}
      <IconButton icon="trash" label={trans.__('Delete')} disabled={none} onClick={remove} />
      <IconButton icon="close" label={trans.__('Stop selecting')} onClick={() => store.selectMany(false)} />
      {asking && (
        <ConfirmDialog
          title={trans.__('Delete for good?')}
          body={trans._n(
            '%1 chat is deleted. This cannot be undone.',
            '%1 chats are deleted. This cannot be undone.',
            ids.length
          )}
          confirmLabel={trans._n('Delete %1 chat', 'Delete %1 chats', ids.length)}
          typed={trans.__('delete')}
          trans={trans}
          onConfirm={() => acts.removeMany(ids)}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
