import * as React from 'react';
import { Message, Rating } from '../../api/types';
import { Trans } from '../../i18n';
import { IconButton } from '../Icon';
import { useCopy } from '../markdown/useCopy';
import { BranchSwitch } from './BranchSwitch';

interface MessageActionsProps {
  message: Message;
  trans: Trans;
  /** An answer is being written: nothing that would start another. */
  busy: boolean;
  onRegenerate: (messageId: number) => void;
  onEdit: (messageId: number) => void;
  onRate: (messageId: number, rating: Rating) => void;
  onSwitch: (messageId: number) => void;
}

/** What can be done with a message; shown on hover and on focus, always there for the keyboard. */
export function MessageActions(props: MessageActionsProps): JSX.Element {
  const { message, trans, busy, onRegenerate, onEdit, onRate, onSwitch } = props;
  const [copied, copy] = useCopy();
  const mine = message.role === 'user';
  return (
    <div className="jp-LLMOps-actions" role="toolbar" aria-label={trans.__('Message actions')}>
      <BranchSwitch message={message} trans={trans} disabled={busy} onSwitch={onSwitch} />
      {mine ? (
        <IconButton
          icon="edit"
          label={trans.__('Edit and resend')}
          disabled={busy}
          onClick={() => onEdit(message.id)}
        />
      ) : (
        <IconButton
          icon="refresh"
          label={trans.__('Regenerate')}
          disabled={busy}
          onClick={() => onRegenerate(message.id)}
        />
      )}
      <IconButton
        icon={copied ? 'check' : 'copy'}
        label={copied ? trans.__('Copied') : trans.__('Copy message')}
        onClick={() => copy(message.content)}
      />
      {!mine && <RatingButtons message={message} trans={trans} onRate={onRate} />}
    </div>
  );
}

function RatingButtons({
  message,
  trans,
  onRate
}: Pick<MessageActionsProps, 'message' | 'trans' | 'onRate'>): JSX.Element {
  const rate = (rating: Rating): void => onRate(message.id, message.rating === rating ? 0 : rating);
  return (
    <>
      <IconButton
        icon="rateUp"
        label={trans.__('Good answer')}
        pressed={message.rating === 1}
        onClick={() => rate(1)}
      />
      <IconButton
        icon="rateDown"
        label={trans.__('Bad answer')}
        pressed={message.rating === -1}
        onClick={() => rate(-1)}
      />
    </>
  );
}
