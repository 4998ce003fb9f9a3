import * as React from 'react';

import { ModelConfig, Provider } from '../../api/types';
import { Trans } from '../../i18n';
import { configState, ConfigState } from '../../models/configState';
import { formatDuration } from '../format';
import { TimeAgo } from './TimeAgo';

export interface StateDotProps {
  config: ModelConfig;
  provider?: Provider;
  testing: boolean;
  trans: Trans;
}

/** How a configuration stands, as a dot and in words, with its last test. */
export function StateDot({ config, provider, testing, trans }: StateDotProps): JSX.Element {
  const state = configState(config, provider);
  const names: Record<ConfigState, string> = {
    ok: trans.__('works'),
    failed: config.last_test?.problem?.message || trans.__('last test failed'),
    'no-key': trans.__('no key'),
    untested: trans.__('not tested')
  };
  const ttft = state === 'ok' ? config.last_test?.ttft_ms : null;
  return (
    <span className="jp-LLMOps-state" data-state={testing ? 'testing' : state}>
      <span className="jp-LLMOps-dot" aria-hidden="true" />
      <span>
        {testing ? trans.__('testing…') : names[state]}
        {!testing && ttft != null && ` · ${trans.__('first token %1', formatDuration(ttft, trans))}`}
        {!testing && config.last_test && state !== 'no-key' && (
          <>
            {' · '}
            <TimeAgo at={config.last_test.at} trans={trans} />
          </>
        )}
      </span>
    </span>
  );
}
