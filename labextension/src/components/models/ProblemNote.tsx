import * as React from 'react';

import { ApiError } from '../../api/errors';
import { Trans } from '../../i18n';

export interface ProblemNoteProps {
  problem: ApiError;
  /** Acts that mend it, such as "Try again". */
  children?: React.ReactNode;
  trans: Trans;
}

/** What happened and what to do, beside its cause; the technical part folds out. */
export function ProblemNote({ problem, children, trans }: ProblemNoteProps): JSX.Element {
  const technical = [problem.status ? `HTTP ${problem.status}` : '', problem.code, problem.requestId]
    .filter(Boolean)
    .join(' · ');
  return (
    <div className="jp-LLMOps-problem" role="alert">
      <p className="jp-LLMOps-problem-what">{problem.message}</p>
      {problem.remedy && <p className="jp-LLMOps-problem-remedy">{problem.remedy}</p>}
      {children && <div className="jp-LLMOps-problem-acts">{children}</div>}
      {technical && (
        <details>
          <summary>{trans.__('Technical details')}</summary>
          <code>{technical}</code>
        </details>
      )}
    </div>
  );
}
