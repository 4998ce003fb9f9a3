import * as React from 'react';

import { Provider, ProviderKind } from '../../api/types';
import { Trans } from '../../i18n';
import { ProviderIcon } from './ProviderIcon';
import { SelectGroup, SelectMenu } from './SelectMenu';

export interface ProviderSelectProps {
  id?: string;
  providers: readonly Provider[];
  value: string;
  onChange(provider: Provider): void;
  describedBy?: string;
  invalid?: boolean;
  trans: Trans;
}

const KINDS: readonly ProviderKind[] = ['embedded', 'local', 'cloud', 'custom'];

/** Choose a provider by its sign and name, those on this machine first. */
export function ProviderSelect(props: ProviderSelectProps): JSX.Element {
  const { id, providers, value, onChange, describedBy, invalid, trans } = props;
  return (
    <SelectMenu
      id={id}
      label={trans.__('Provider')}
      groups={providerGroups(providers, trans)}
      value={value}
      placeholder={trans.__('Choose a provider')}
      onChange={chosen => {
        const provider = providers.find(one => one.id === chosen);
        if (provider) {
          onChange(provider);
        }
      }}
      describedBy={describedBy}
      invalid={invalid}
      trans={trans}
    />
  );
}

function providerGroups(providers: readonly Provider[], trans: Trans): SelectGroup[] {
  const names: Record<ProviderKind, string> = {
    embedded: trans.__('Built in'),
    local: trans.__('On your own machines'),
    cloud: trans.__('In the cloud'),
    custom: trans.__('Any other')
  };
  return KINDS.map(kind => ({
    label: names[kind],
    options: providers
      .filter(provider => provider.kind === kind)
      .map(provider => ({
        value: provider.id,
        label: provider.name,
        detail: provider.enabled ? (provider.default_endpoint ?? undefined) : trans.__('Switched off'),
        disabled: !provider.enabled,
        icon: <ProviderIcon id={provider.id} name={provider.name} icon={provider.icon} />
      }))
  })).filter(group => group.options.length);
}
