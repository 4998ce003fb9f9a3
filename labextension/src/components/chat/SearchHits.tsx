import * as React from 'react';
import { SearchHit } from '../../api/types';
import { Trans } from '../../i18n';
import { SessionsState } from '../../models/ChatSessionsStore';
import { formatShort } from '../format';
import { Skeleton } from '../Skeleton';

interface SearchHitsProps {
  state: SessionsState;
  trans: Trans;
  onOpen: (hit: SearchHit) => void;
}

/** Messages that hold the searched words, with the words marked. */
export function SearchHits({ state, trans, onOpen }: SearchHitsProps): JSX.Element | null {
  const { hits, hitsTotal, searching } = state;
  if (hits === null && !searching) {
    return null;
  }
  return (
    <section className="jp-LLMOps-hits" aria-label={trans.__('In messages')} aria-busy={searching}>
      <h3 className="jp-LLMOps-group">
        {searching ? trans.__('In messages') : trans.__('In messages (%1)', hitsTotal)}
      </h3>
      {hits === null ? (
        <Skeleton lines={3} label={trans.__('Searching the messages')} />
      ) : hits.length ? (
        <ul className="jp-LLMOps-group-list">
          {hits.map(hit => (
            <Hit key={hit.message_id} hit={hit} trans={trans} onOpen={onOpen} />
          ))}
        </ul>
      ) : (
        <p className="jp-LLMOps-none">{trans.__('No message has these words.')}</p>
      )}
    </section>
  );
}

function Hit({
  hit,
  trans,
  onOpen
}: {
  hit: SearchHit;
  trans: Trans;
  onOpen: (hit: SearchHit) => void;
}): JSX.Element {
  return (
    <li>
      <button type="button" className="jp-LLMOps-hit" onClick={() => onOpen(hit)}>
        <span className="jp-LLMOps-session-meta">
          <span>{hit.session_title || trans.__('New chat')}</span>
          <span className="jp-LLMOps-num">{formatShort(hit.created_at, new Date(), trans)}</span>
        </span>
        <span className="jp-LLMOps-hit-text">
          {hit.snippet.map((part, index) =>
            part.hit ? (
              <mark key={index}>{part.text}</mark>
            ) : (
              <React.Fragment key={index}>{part.text}</React.Fragment>
            )
          )}
        </span>
      </button>
    </li>
  );
}
