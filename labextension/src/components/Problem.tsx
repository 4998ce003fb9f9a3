import * as React from 'react';
import { Trans } from '../i18n';
import { Icon } from './Icon';
import { useCopy } from './markdown/useCopy';

interface ProblemProps {
  problem: ProblemText;
  trans: Trans;
  /** Buttons that mend it. */
  children?: React.ReactNode;
  onDismiss?: () => void;
}

/** What ApiError and the wire's error have in common. */
export interface ProblemText {
  code: string;
  message: string;
  remedy?: string;
  requestId?: string;
  request_id?: string;
}

/** An error beside its cause: what happened, what to do, and the number to quote. */
export function Problem({ problem, trans, children, onDismiss }: ProblemProps): JSX.Element {
  const [copied, copy] = useCopy();
  const { message, remedy } = inWords(problem, trans);
  const requestId = problem.requestId || problem.request_id;
  return (
    <div className="jp-LLMOps-problem" role="alert">
      <Icon name="error" />
      <div className="jp-LLMOps-grow">
        <strong>{message}</strong>
        {remedy && <p>{remedy}</p>}
        <div className="jp-LLMOps-row jp-LLMOps-problem-acts">
          {children}
          {requestId && (
            <button
              type="button"
              className="jp-LLMOps-button"
              title={requestId}
              onClick={() => copy(requestId)}
            >
              {copied ? trans.__('Copied') : trans.__('Copy request id')}
            </button>
          )}
          {onDismiss && (
            <button type="button" className="jp-LLMOps-button" onClick={onDismiss}>
              {trans.__('Dismiss')}
            </button>
          )}
        </div>
      </div>
    </div>
  );
}

/** The server's words come translated; what the browser itself noticed gets its words here. */
export function inWords(problem: ProblemText, trans: Trans): { message: string; remedy: string } {
  if (problem.code === 'network') {
    return {
      message: trans.__('The server cannot be reached.'),
      remedy: trans.__('Check that Jupyter is still running and that you are connected, then try again.')
    };
  }
  if (problem.code === 'not_sent') {
    return {
      message: trans.__('The connection broke before the message was sent.'),
      remedy: trans.__('Your text is still here: send it again.')
    };
  }
  return { message: problem.message, remedy: problem.remedy ?? '' };
}
