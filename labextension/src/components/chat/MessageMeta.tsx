import * as React from 'react';
import { Message } from '../../api/types';
import { Trans } from '../../i18n';
import { formatCost, formatDuration, formatExact, formatNumber } from '../format';

/** The quiet line over an answer: model · first token · tokens · cost. */
export function MessageMeta({ message, trans }: { message: Message; trans: Trans }): JSX.Element | null {
  const parts = metaParts(message, trans);
  if (!parts.length) {
    return null;
  }
  return (
    <div className="jp-LLMOps-meta jp-LLMOps-num" title={formatExact(message.created_at, trans)}>
      {parts.map((part, index) => (
        <span key={index}>{part}</span>
      ))}
    </div>
  );
}

/** What is known, in order; the unknown is left out. */
export function metaParts(message: Message, trans: Trans): string[] {
  const { model, ttft_ms, total_ms, usage } = message;
  return [
    model,
    ttft_ms === null ? '' : trans.__('%1 to first token', formatDuration(ttft_ms, trans)),
    tokens(message, trans),
    usage?.cost == null ? '' : formatCost(usage.cost, usage.currency || 'USD', trans),
    total_ms === null ? '' : trans.__('%1 in all', formatDuration(total_ms, trans))
  ].filter(Boolean);
}

function tokens({ usage }: Message, trans: Trans): string {
  const count = usage?.completion_tokens;
  if (count == null) {
    return '';
  }
  const text = formatNumber(count, trans);
  return usage?.estimated
    ? trans._n('about %2 token', 'about %2 tokens', count, text)
    : trans._n('%2 token', '%2 tokens', count, text);
}
