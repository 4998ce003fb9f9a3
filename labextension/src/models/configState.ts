/** How a configuration stands: what its state dot says. Pure. */

import { ModelConfig, Provider } from '../api/types';

export type ConfigState = 'ok' | 'failed' | 'no-key' | 'untested';

/** Return the state of a configuration from its last test and its key. */
export function configState(config: ModelConfig, provider?: Provider): ConfigState {
  if (provider?.needs_key && !config.api_key_hint && !provider.has_org_key) {
    return 'no-key';
  }
  if (!config.last_test) {
    return 'untested';
  }
  return config.last_test.ok ? 'ok' : 'failed';
}

export interface ConfigGroup {
  providerId: string;
  provider?: Provider;
  configs: ModelConfig[];
}

/** Group configurations by provider, in the order in which the providers first appear. */
export function groupByProvider(
  configs: readonly ModelConfig[],
  providers: readonly Provider[]
): ConfigGroup[] {
  const groups = new Map<string, ConfigGroup>();
  for (const config of configs) {
    const id = config.provider_id;
    const group = groups.get(id) ?? {
      providerId: id,
      provider: providers.find(provider => provider.id === id),
      configs: []
    };
    group.configs.push(config);
    groups.set(id, group);
  }
  return [...groups.values()];
}
