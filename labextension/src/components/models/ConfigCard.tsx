import * as React from 'react';

import { ModelConfig, Provider } from '../../api/types';
import { Trans } from '../../i18n';
import { Icon, IconName } from '../Icon';
import { ProviderIcon } from './ProviderIcon';
import { StateDot } from './StateDot';

/** What can be done to a configuration from the list. */
export interface ConfigActions {
  onOpen(id: number): void;
  onToggle(id: number): void;
  onTest(id: number): void;
  onDuplicate(id: number): void;
  onDefault(id: number): void;
  onDelete(ids: readonly number[]): void;
}

export interface ConfigCardProps extends ConfigActions {
  config: ModelConfig;
  provider?: Provider;
  open: boolean;
  selected: boolean;
  testing: boolean;
  trans: Trans;
}

/** One configuration: its state, its model, and what can be done to it. */
export function ConfigCard(props: ConfigCardProps): JSX.Element {
  const { config, provider, open, selected, testing, trans } = props;
  return (
    <li className="jp-LLMOps-card" data-open={open || undefined} data-selected={selected || undefined}>
      <input
        type="checkbox"
        className="jp-LLMOps-card-check"
        aria-label={trans.__('Select %1', config.name)}
        checked={selected}
        onChange={() => props.onToggle(config.id)}
      />
      <button
        type="button"
        className="jp-LLMOps-card-main"
        aria-current={open || undefined}
        data-config={config.id}
        onClick={() => props.onOpen(config.id)}
      >
        <ProviderIcon
          id={config.provider_id}
          name={provider?.name ?? config.provider_id}
          icon={provider?.icon}
          size={24}
        />
        <span className="jp-LLMOps-card-text">
          <span className="jp-LLMOps-card-name">
            {config.name}
            {config.is_default && (
              <span className="jp-LLMOps-badge jp-LLMOps-badge-mod-default">{trans.__('default')}</span>
            )}
            {config.demo && <span className="jp-LLMOps-badge">{trans.__('tiny demo model')}</span>}
          </span>
          {config.model !== config.name && <span className="jp-LLMOps-card-model">{config.model}</span>}
          <StateDot config={config} provider={provider} testing={testing} trans={trans} />
        </span>
      </button>
      <CardActions {...props} />
    </li>
  );
}

function CardActions(props: ConfigCardProps): JSX.Element {
  const { config, testing, trans } = props;
  const acts: [IconName, string, () => void, boolean][] = [
    ['play', trans.__('Test %1', config.name), () => props.onTest(config.id), testing],
    [
      'star',
      trans.__('Make %1 the default', config.name),
      () => props.onDefault(config.id),
      config.is_default
    ],
    ['copy', trans.__('Duplicate %1', config.name), () => props.onDuplicate(config.id), false],
    ['trash', trans.__('Delete %1', config.name), () => props.onDelete([config.id]), false]
  ];
  return (
    <div className="jp-LLMOps-card-actions">
      {acts.map(([icon, label, onPress, disabled]) => (
        <button
          key={icon}
          type="button"
          className="jp-LLMOps-iconButton"
          aria-label={label}
          title={label}
          disabled={disabled}
          onClick={onPress}
        >
          <Icon name={icon} />
        </button>
      ))}
    </div>
  );
}
