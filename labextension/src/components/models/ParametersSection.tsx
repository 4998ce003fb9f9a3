import * as React from 'react';

import { ParameterTemplate, Parameters, ReasoningEffort } from '../../api/types';
import { Trans } from '../../i18n';
import { ConfigDraft, FieldProblems, parametersOf, sameJson } from '../../models/ConfigDraft';
import { NUMBER_PARAMETERS, NumberParameterId, REASONING_EFFORTS } from '../../models/parameters';
import { ExtraJsonField } from './ExtraJsonField';
import { Field } from './Field';
import { ParameterField } from './ParameterField';
import { StopTags } from './StopTags';

export interface ParametersSectionProps {
  draft: ConfigDraft;
  problems: FieldProblems;
  templates: readonly ParameterTemplate[];
  onEdit(change: Partial<ConfigDraft>): void;
  onEditNumber(id: NumberParameterId, text: string | null): void;
  onTemplate(parameters: Parameters): void;
  trans: Trans;
}

/** How the model generates: templates as chips, then each parameter on its own. */
export function ParametersSection(props: ParametersSectionProps): JSX.Element {
  const { draft, problems, onEdit, onEditNumber, trans } = props;
  return (
    <fieldset className="jp-LLMOps-section">
      <legend>{trans.__('Parameters')}</legend>
      <p className="jp-LLMOps-hint">
        {trans.__('Tick what you want to set. What is not set is left to the provider.')}
      </p>
      <TemplateChips {...props} />
      <div className="jp-LLMOps-parameters">
        {NUMBER_PARAMETERS.map(parameter => (
          <ParameterField
            key={parameter.id}
            parameter={parameter}
            value={draft.numbers[parameter.id]}
            problem={problems[`parameters.${parameter.id}`]}
            onChange={text => onEditNumber(parameter.id, text)}
            trans={trans}
          />
        ))}
      </div>
      <EffortField
        value={draft.reasoningEffort}
        problem={problems['parameters.reasoning_effort']}
        onChange={reasoningEffort => onEdit({ reasoningEffort })}
        trans={trans}
      />
      <StopTags
        value={draft.stop}
        problem={problems['parameters.stop']}
        onChange={stop => onEdit({ stop })}
        trans={trans}
      />
      <ExtraJsonField
        value={draft.extra}
        problem={problems['parameters.extra']}
        onChange={extra => onEdit({ extra })}
        trans={trans}
      />
    </fieldset>
  );
}

function TemplateChips({ draft, templates, onTemplate, trans }: ParametersSectionProps): JSX.Element | null {
  if (!templates.length) {
    return null;
  }
  const present = parametersOf(draft);
  return (
    <div className="jp-LLMOps-chips" role="group" aria-label={trans.__('Templates')}>
      {templates.map(template => (
        <button
          key={template.id}
          type="button"
          className="jp-LLMOps-chip jp-LLMOps-filterChip"
          aria-pressed={holds(present, template.parameters)}
          onClick={() => onTemplate(template.parameters)}
        >
          {template.name}
        </button>
      ))}
    </div>
  );
}

function holds(present: Parameters, wanted: Parameters): boolean {
  const values = present as Record<string, unknown>;
  return Object.entries(wanted).every(([name, value]) => value == null || sameJson(values[name], value));
}

interface EffortFieldProps {
  value: ReasoningEffort | null;
  problem?: string;
  onChange(value: ReasoningEffort | null): void;
  trans: Trans;
}

function EffortField({ value, problem, onChange, trans }: EffortFieldProps): JSX.Element {
  const names: Record<ReasoningEffort, string> = {
    none: trans.__('None'),
    minimal: trans.__('Minimal'),
    low: trans.__('Low'),
    medium: trans.__('Medium'),
    high: trans.__('High'),
    xhigh: trans.__('Highest')
  };
  return (
    <Field
      label={trans.__('Reasoning effort')}
      name="parameters.reasoning_effort"
      help={trans.__('How long a reasoning model thinks before it answers.')}
      problem={problem}
    >
      {ids => (
        <select
          {...ids}
          className="jp-LLMOps-input"
          value={value ?? ''}
          onChange={event => onChange((event.currentTarget.value || null) as ReasoningEffort | null)}
        >
          <option value="">{trans.__('not set')}</option>
          {REASONING_EFFORTS.map(effort => (
            <option key={effort} value={effort}>
              {names[effort]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
