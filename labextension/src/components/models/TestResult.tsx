import * as React from 'react';

import { TestResult as Result } from '../../api/types';
import { Trans } from '../../i18n';
import { formatDuration, formatNumber } from '../format';
import { Icon } from '../Icon';

export interface TestResultProps {
  result: Result;
  /** The host the endpoint points at; offered to those who may allow it. */
  host: string;
  /** Absent: the reader may not change the endpoint policy. */
  onAllowHost?(host: string): void;
  trans: Trans;
}

/** What came of the test: figures and the answer, or the reason in words with what to do. */
export function TestResult({ result, host, onAllowHost, trans }: TestResultProps): JSX.Element {
  return (
    <div className={`jp-LLMOps-test jp-LLMOps-test-mod-${result.ok ? 'ok' : 'failed'}`} role="status">
      {result.ok ? (
        <TestFigures result={result} trans={trans} />
      ) : (
        <TestFailure result={result} host={host} onAllowHost={onAllowHost} trans={trans} />
      )}
    </div>
  );
}

function TestFigures({ result, trans }: { result: Result; trans: Trans }): JSX.Element {
  const tokens = result.usage?.total_tokens;
  const duration = (ms: number | null): string | null => (ms === null ? null : formatDuration(ms, trans));
  const figures: [string, string | null][] = [
    [trans.__('First token'), duration(result.ttft_ms)],
    [trans.__('Whole answer'), duration(result.latency_ms)],
    [
      trans.__('Tokens'),
      tokens == null ? null : `${result.usage?.estimated ? '≈ ' : ''}${formatNumber(tokens, trans)}`
    ]
  ];
  return (
    <>
      <p className="jp-LLMOps-test-head">
        <Icon name="check" /> {trans.__('It works')}
      </p>
      <dl className="jp-LLMOps-figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value ?? '—'}</dd>
          </div>
        ))}
      </dl>
      {result.text && <blockquote>{result.text}</blockquote>}
      {result.notices?.map(notice => (
        <p key={notice} className="jp-LLMOps-hint">
          {notice}
        </p>
      ))}
    </>
  );
}

function TestFailure({ result, host, onAllowHost, trans }: TestResultProps): JSX.Element {
  const problem = result.problem;
  return (
    <>
      <p className="jp-LLMOps-test-head">
        <Icon name="warning" /> {problem?.message || trans.__('The test failed')}
      </p>
      {problem?.remedy && <p className="jp-LLMOps-problem-remedy">{problem.remedy}</p>}
      {problem?.code === 'endpoint_not_allowed' && onAllowHost && host && (
        <AllowHost host={host} onAllowHost={onAllowHost} trans={trans} />
      )}
    </>
  );
}

interface AllowHostProps {
  host: string;
  onAllowHost(host: string): void;
  trans: Trans;
}

/** One press puts the refused host on the list of allowed ones. */
export function AllowHost({ host, onAllowHost, trans }: AllowHostProps): JSX.Element {
  return (
    <button type="button" className="jp-LLMOps-button" onClick={() => onAllowHost(host)}>
      {trans.__('Allow the host %1', host)}
    </button>
  );
}
