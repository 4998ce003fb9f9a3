import * as React from 'react';
import { ModelConfig } from '../../api/types';
import { Trans } from '../../i18n';

interface ModelPickerProps {
  configs: readonly ModelConfig[];
  value: number | null;
  /** Name of the model in use, shown when its configuration is gone. */
  model: string;
  trans: Trans;
  onChange: (id: number) => void;
}

/** Which configuration answers from now on. */
export function ModelPicker({ configs, value, model, trans, onChange }: ModelPickerProps): JSX.Element {
  const known = configs.some(config => config.id === value);
  return (
    <select
      className="jp-LLMOps-input jp-LLMOps-modelPicker"
      aria-label={trans.__('Model')}
      value={known ? String(value) : ''}
      onChange={event => event.currentTarget.value && onChange(Number(event.currentTarget.value))}
    >
      {!known && <option value="">{model || trans.__('Choose a model')}</option>}
      {configs.map(config => (
        <option key={config.id} value={String(config.id)}>
          {config.demo ? trans.__('%1 (tiny demo model)', config.name) : config.name}
        </option>
      ))}
    </select>
  );
}
