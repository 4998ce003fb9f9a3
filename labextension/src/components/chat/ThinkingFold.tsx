import * as React from 'react';
import { Trans } from '../../i18n';
import { formatDuration } from '../format';
import { Icon } from '../Icon';

interface ThinkingFoldProps {
  text: string;
  /** How long it took; null while it goes on or when nobody knows. */
  durationMs: number | null;
  live: boolean;
  /** When it began, in ms of `Date.now`; for the running clock. */
  since: number | null;
  trans: Trans;
}

const TICK = 1_000;

/** What a model thought before it answered: open while it thinks, folded afterwards. */
export function ThinkingFold({ text, durationMs, live, since, trans }: ThinkingFoldProps): JSX.Element {
  const [choice, setChoice] = React.useState<boolean | null>(null);
  const open = choice ?? live;
  const id = React.useId();
  return (
    <section className="jp-LLMOps-thinking">
      <button
        type="button"
        className="jp-LLMOps-thinking-toggle"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setChoice(!open)}
      >
        <Icon name={open ? 'chevronDown' : 'chevronRight'} />
        {live ? <RunningClock since={since} trans={trans} /> : summary(durationMs, trans)}
      </button>
      <div id={id} className="jp-LLMOps-thinking-text" hidden={!open}>
        {open && text}
      </div>
    </section>
  );
}

function RunningClock({ since, trans }: { since: number | null; trans: Trans }): JSX.Element {
  const [now, setNow] = React.useState(() => Date.now());
  React.useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK);
    return () => clearInterval(timer);
  }, []);
  const seconds = since === null ? 0 : Math.max(0, Math.floor((now - since) / 1000));
  return <>{seconds ? trans.__('Thinking for %1 s…', seconds) : trans.__('Thinking…')}</>;
}

function summary(durationMs: number | null, trans: Trans): string {
  return durationMs === null
    ? trans.__('Thought')
    : trans.__('Thought for %1', formatDuration(durationMs, trans));
}
