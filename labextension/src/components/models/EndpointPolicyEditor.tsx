import * as React from 'react';

import { Trans } from '../../i18n';
import { EndpointPolicyState } from '../../models/EndpointPolicyStore';
import { Problem } from '../Problem';

export interface EndpointPolicyEditorProps {
  state: EndpointPolicyState;
  onAllow(host: string): Promise<boolean>;
  onRemove(host: string): void;
  trans: Trans;
}

/** The hosts configurations may point at, beside those of the presets. */
export function EndpointPolicyEditor({
  state,
  onAllow,
  onRemove,
  trans
}: EndpointPolicyEditorProps): JSX.Element {
  const id = React.useId();
  const [text, setText] = React.useState('');
  const hosts = state.policy?.allowed_hosts ?? [];
  const add = async (): Promise<void> => {
    const host = text.trim();
    if (host && (await onAllow(host))) {
      setText('');
    }
  };
  return (
    <div className="jp-LLMOps-policy">
      <p className="jp-LLMOps-hint">
        {trans.__(
          'Models may be called at the providers’ own addresses and at these hosts. Forms: host, host:port, *.example.com, 10.0.0.0/8.'
        )}
      </p>
      <ul className="jp-LLMOps-tags">
        {hosts.map(host => (
          <li key={host} className="jp-LLMOps-tag">
            <code>{host}</code>
            <button
              type="button"
              aria-label={trans.__('Remove %1', host)}
              disabled={state.saving}
              onClick={() => onRemove(host)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <form
        className="jp-LLMOps-row"
        onSubmit={event => {
          event.preventDefault();
          void add();
        }}
      >
        <label htmlFor={id} className="jp-LLMOps-visuallyHidden">
          {trans.__('Host to allow')}
        </label>
        <input
          id={id}
          className="jp-LLMOps-input jp-LLMOps-grow jp-mod-code"
          placeholder="gpu-box.local:8000"
          value={text}
          onInput={event => setText(event.currentTarget.value)}
        />
        <button type="submit" className="jp-LLMOps-button" disabled={!text.trim() || state.saving}>
          {trans.__('Allow')}
        </button>
      </form>
      {state.policy && (
        <details>
          <summary>{trans.__('Always allowed')}</summary>
          <p className="jp-LLMOps-hint">
            {[
              ...(state.policy.loopback ? [trans.__('this machine')] : []),
              ...state.policy.preset_hosts
            ].join(', ')}
          </p>
        </details>
      )}
      {state.problem && <Problem problem={state.problem} trans={trans} />}
    </div>
  );
}
