import * as React from 'react';

export interface FieldProps {
  label: string;
  /** Named as on the wire, so that the form finds the first field with a problem. */
  name: string;
  help?: string;
  problem?: string;
  required?: boolean;
  children(ids: FieldIds): React.ReactNode;
}

/** What an input needs to be tied to its label, its help and its message. */
export interface FieldIds {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}

/** A labelled input with its help, and its message where the mistake is. */
export function Field({ label, name, help, problem, required, children }: FieldProps): JSX.Element {
  const id = React.useId();
  const described = [help ? `${id}-help` : '', problem ? `${id}-problem` : ''].filter(Boolean).join(' ');
  return (
    <div className="jp-LLMOps-field" data-field={name}>
      <label htmlFor={id} className="jp-LLMOps-field-label">
        {label}
        {required && <span aria-hidden="true"> *</span>}
      </label>
      {children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': problem ? true : undefined
      })}
      {help && (
        <p id={`${id}-help`} className="jp-LLMOps-hint">
          {help}
        </p>
      )}
      {problem && (
        <p id={`${id}-problem`} className="jp-LLMOps-fieldError" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
