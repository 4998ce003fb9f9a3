import * as React from 'react';
import { useStore } from '../components/useStore';
import { Trans } from '../i18n';
import { ChatSessionsStore } from '../models/ChatSessionsStore';
import { chatIcon } from './icons';

interface IStatusItemProps {
  sessions: ChatSessionsStore;
  trans: Trans;
  onClick: () => void;
}

/** How many answers are being written now; a click shows the list of chats. */
export function StatusItem({ sessions, trans, onClick }: IStatusItemProps): JSX.Element | null {
  const { items } = useStore(sessions);
  const running = items.filter(session => session.streaming).length;
  const label = running
    ? trans._n('%1 answer running', '%1 answers running', running)
    : trans.__('LLM chats');
  return (
    <button type="button" className="jp-LLMOps-status" title={trans.__('Show the chats')} onClick={onClick}>
      <chatIcon.react tag="span" stylesheet="statusBar" />
      <span>{label}</span>
    </button>
  );
}
