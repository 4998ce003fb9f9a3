import * as React from 'react';

import { ModelConfig, Provider } from '../../api/types';
import { Trans } from '../../i18n';
import { groupByProvider } from '../../models/configState';
import { ProviderIcon } from './ProviderIcon';
import { SelectGroup, SelectMenu } from './SelectMenu';

export interface ModelSelectProps {
  configs: readonly ModelConfig[];
  /** Id of the chosen configuration; null: none yet. */
  value: number | null;
  onChange(id: number): void;
  /** Name of the model in use where its configuration is gone. */
  missing?: string;
  /** Open the models panel. */
  onManage?(): void;
  /** Names and icons of the groups; without them the provider's id is shown. */
  providers?: readonly Provider[];
  trans: Trans;
}

const NO_PROVIDERS: readonly Provider[] = [];

/** The compact drop-down of the chat header: which model answers. */
export function ModelSelect(props: ModelSelectProps): JSX.Element {
  const { configs, value, missing, onChange, onManage, providers = NO_PROVIDERS, trans } = props;
  const unchosen = configs.length ? trans.__('Choose a model') : trans.__('No model yet');
  const groups = React.useMemo(() => modelGroups(configs, providers, trans), [configs, providers, trans]);
  return (
    <SelectMenu
      className="jp-LLMOps-modelSelect"
      label={trans.__('Model')}
      groups={groups}
      value={value === null ? null : `${value}`}
      placeholder={missing || unchosen}
      onChange={id => onChange(Number(id))}
      footer={onManage && { label: trans.__('Manage models…'), onPress: onManage }}
      trans={trans}
    />
  );
}

function modelGroups(
  configs: readonly ModelConfig[],
  providers: readonly Provider[],
  trans: Trans
): SelectGroup[] {
  return groupByProvider(configs, providers).map(group => ({
    label: group.provider?.name ?? group.providerId,
    options: group.configs.map(config => ({
      value: `${config.id}`,
      label: config.name,
      detail: config.model === config.name ? undefined : config.model,
      badge: config.demo ? trans.__('tiny demo model') : undefined,
      icon: (
        <ProviderIcon
          id={config.provider_id}
          name={group.provider?.name ?? config.provider_id}
          icon={group.provider?.icon}
        />
      )
    }))
  }));
}
