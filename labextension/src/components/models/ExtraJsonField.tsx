import * as React from 'react';

import { Trans } from '../../i18n';
import { parseExtra } from '../../models/ConfigDraft';
import { Field } from './Field';

export interface ExtraJsonFieldProps {
  value: string;
  problem?: string;
  onChange(value: string): void;
  trans: Trans;
}

/** Parameters we have no field for, as JSON; says at once whether it can be read, and tidies it. */
export function ExtraJsonField({ value, problem, onChange, trans }: ExtraJsonFieldProps): JSX.Element {
  const parsed = parseExtra(value);
  const reason = problem ?? (parsed ? undefined : jsonProblem(value, trans));
  const tidy = (): void => {
    if (parsed && value.trim()) {
      onChange(JSON.stringify(parsed, null, 2));
    }
  };
  return (
    <Field
      label={trans.__('Extra parameters (JSON)')}
      name="parameters.extra"
      help={trans.__('Sent to the provider as they are, for parameters that have no field here.')}
      problem={reason}
    >
      {ids => (
        <textarea
          {...ids}
          className="jp-LLMOps-input jp-mod-code"
          rows={Math.min(10, Math.max(2, value.split('\n').length))}
          spellCheck={false}
          placeholder={'{"min_p": 0.05}'}
          value={value}
          onInput={event => onChange(event.currentTarget.value)}
          onBlur={tidy}
        />
      )}
    </Field>
  );
}

function jsonProblem(text: string, trans: Trans): string {
  try {
    JSON.parse(text);
    return trans.__('This must be a JSON object, such as {"min_p": 0.05}.');
  } catch (error) {
    return trans.__('This is not valid JSON yet: %1', error instanceof Error ? error.message : `${error}`);
  }
}
