import * as React from 'react';
import { Session } from '../../api/types';
import { Trans } from '../../i18n';
import { ConfirmDialog } from '../ConfirmDialog';
import { formatExact, formatShort } from '../format';
import { Icon } from '../Icon';
import { Menu, MenuItem } from '../Menu';
import { EditableTitle, useFocusBack } from './EditableTitle';

export interface SessionRowActs {
  onOpen: (id: number) => void;
  onRename: (id: number, title: string) => void;
  onToggle: (id: number) => void;
  onRemove: (session: Session) => void;
  /** Items of the row's menu; `remove` asks first where there is no way back. */
  menu: (session: Session, rename: () => void, remove: () => void) => MenuItem[];
}

interface SessionRowProps {
  session: Session;
  current: boolean;
  /** Ticked, or null while nothing is being picked. */
  ticked: boolean | null;
  trans: Trans;
  acts: SessionRowActs;
}

/** One session in the list: opens on a press, F2 renames, Delete moves to the trash, and from there away for good. */
export const SessionRow = React.memo(function SessionRow(props: SessionRowProps): JSX.Element {
  const { session, current, ticked, trans, acts } = props;
  const [renaming, setRenaming] = React.useState(false);
  const [asking, setAsking] = React.useState(false);
  const [button, focusButton] = useFocusBack<HTMLButtonElement>(renaming);
  const remove = (): void => (session.deleted_at ? setAsking(true) : acts.onRemove(session));
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'F2') {
      event.preventDefault();
      setRenaming(true);
    } else if (event.key === 'Delete') {
      event.preventDefault();
      remove();
    }
  };
  return (
    <li className={`jp-LLMOps-session${current ? ' jp-LLMOps-session-mod-current' : ''}`}>
      {ticked !== null && (
        <input
          type="checkbox"
          checked={ticked}
          aria-label={trans.__('Select “%1”', session.title || trans.__('New chat'))}
          onChange={() => acts.onToggle(session.id)}
        />
      )}
      {renaming ? (
        <EditableTitle
          editing
          title={session.title}
          trans={trans}
          onChange={title => acts.onRename(session.id, title)}
          onDone={byKey => {
            focusButton(byKey);
            setRenaming(false);
          }}
        />
      ) : (
        <OpenButton {...props} button={button} onKeyDown={onKeyDown} />
      )}
      {ticked === null && !renaming && (
        <Menu
          label={trans.__('More about “%1”', session.title || trans.__('New chat'))}
          icon="more"
          items={acts.menu(session, () => setRenaming(true), remove)}
        />
      )}
      {asking && (
        <DeleteQuestion session={session} trans={trans} acts={acts} onClose={() => setAsking(false)} />
      )}
    </li>
  );
});

interface DeleteQuestionProps extends Pick<SessionRowProps, 'session' | 'trans' | 'acts'> {
  onClose: () => void;
}

/** From the trash there is no way back. */
function DeleteQuestion({ session, trans, acts, onClose }: DeleteQuestionProps): JSX.Element {
  return (
    <ConfirmDialog
      title={trans.__('Delete for good?')}
      body={trans.__(
        'All messages of “%1” are removed. This cannot be undone.',
        session.title || trans.__('New chat')
      )}
      confirmLabel={trans.__('Delete for good')}
      trans={trans}
      onConfirm={() => acts.onRemove(session)}
      onClose={onClose}
    />
  );
}

interface OpenButtonProps extends SessionRowProps {
  button: React.RefObject<HTMLButtonElement>;
  onKeyDown: (event: React.KeyboardEvent) => void;
}

function OpenButton(props: OpenButtonProps): JSX.Element {
  const { session, current, ticked, trans, acts, button, onKeyDown } = props;
  const press = (): void => (ticked === null ? acts.onOpen(session.id) : acts.onToggle(session.id));
  return (
    <button
      ref={button}
      type="button"
      className="jp-LLMOps-session-open"
      data-session={session.id}
      aria-current={current ? 'true' : undefined}
      onClick={press}
      onKeyDown={onKeyDown}
    >
      <span className="jp-LLMOps-session-title">
        {session.pinned && <Icon name="pin" />}
        <span>{session.title || trans.__('New chat')}</span>
        {session.streaming && (
          <span className="jp-LLMOps-caret" title={trans.__('An answer is being written')} />
        )}
      </span>
      <span className="jp-LLMOps-session-meta jp-LLMOps-num" title={formatExact(session.updated_at, trans)}>
        <span>{session.model}</span>
        <span>{trans._n('%1 message', '%1 messages', session.message_count)}</span>
        <span>{formatShort(session.updated_at, new Date(), trans)}</span>
      </span>
    </button>
  );
}
