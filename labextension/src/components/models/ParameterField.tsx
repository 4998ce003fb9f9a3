import * as React from 'react';

import { Trans } from '../../i18n';
import { parameterTexts, NumberParameter } from '../../models/parameters';

export interface ParameterFieldProps {
  parameter: NumberParameter;
  /** The typed text; null: not set, the provider decides. */
  value: string | null;
  problem?: string;
  onChange(value: string | null): void;
  trans: Trans;
}

/** One generation parameter: a switch that sets it, a slider and a number field for the same value. */
export function ParameterField({
  parameter,
  value,
  problem,
  onChange,
  trans
}: ParameterFieldProps): JSX.Element {
  const id = React.useId();
  const { label, help } = parameterTexts(parameter.id, trans);
  const isSet = value !== null;
  const described = `${id}-help${problem ? ` ${id}-problem` : ''}`;
  return (
    <div className="jp-LLMOps-parameter" data-field={`parameters.${parameter.id}`} data-set={isSet}>
      <label className="jp-LLMOps-parameter-label">
        <input
          type="checkbox"
          checked={isSet}
          onChange={event => onChange(event.currentTarget.checked ? `${parameter.start}` : null)}
        />
        {label}
      </label>
      {parameter.sliderMax !== undefined && (
        <input
          type="range"
          className="jp-LLMOps-parameter-slider"
          aria-label={trans.__('%1 slider', label)}
          min={parameter.min}
          max={parameter.sliderMax}
          step={parameter.step}
          disabled={!isSet}
          value={sliderValue(parameter, value)}
          onInput={event => onChange(event.currentTarget.value)}
        />
      )}
      <input
        type="text"
        inputMode="decimal"
        className="jp-LLMOps-input jp-LLMOps-parameter-number"
        aria-label={label}
        aria-describedby={described}
        aria-invalid={problem ? true : undefined}
        disabled={!isSet}
        placeholder={isSet ? '' : trans.__('not set')}
        value={value ?? ''}
        onInput={event => onChange(event.currentTarget.value)}
      />
      <p id={`${id}-help`} className="jp-LLMOps-hint">
        {help}
      </p>
      {problem && (
        <p id={`${id}-problem`} className="jp-LLMOps-fieldError" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function sliderValue(parameter: NumberParameter, value: string | null): number {
  const typed = value === null || value.trim() === '' ? parameter.start : Number(value);
  return Number.isFinite(typed) ? typed : parameter.start;
}
