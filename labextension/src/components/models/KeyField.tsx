import * as React from 'react';

import { Provider } from '../../api/types';
import { Trans } from '../../i18n';
import { Field, FieldIds } from './Field';
import { useFocusOnMount } from './useFocusOnMount';

export interface KeyFieldProps {
  /** null keeps the stored key, '' removes it, text replaces it. */
  value: string | null;
  /** Last four characters of the stored key; null: none stored. */
  hint: string | null;
  provider?: Provider;
  problem?: string;
  onChange(value: string | null): void;
  trans: Trans;
}

/** The API key: stored ones show their last characters only, and are replaced, never read. */
export function KeyField(props: KeyFieldProps): JSX.Element {
  const { value, hint, provider, problem, onChange, trans } = props;
  const [replacing, setReplacing] = React.useState(false);
  const typing = !hint || replacing || !!value;
  const keep = (): void => {
    setReplacing(false);
    onChange(null);
  };
  return (
    <Field label={trans.__('API key')} name="api_key" help={keyHelp(provider, trans)} problem={problem}>
      {ids =>
        typing ? (
          <NewKey
            ids={ids}
            value={value ?? ''}
            onChange={text => onChange(text || null)}
            onKeep={hint ? keep : undefined}
            trans={trans}
          />
        ) : (
          <StoredKey
            ids={ids}
            hint={hint}
            removed={value === ''}
            onReplace={() => setReplacing(true)}
            onRemove={() => onChange('')}
            onKeep={keep}
            trans={trans}
          />
        )
      }
    </Field>
  );
}

interface NewKeyProps {
  ids: FieldIds;
  value: string;
  onChange(text: string): void;
  /** Go back to the stored key; absent: there is none. */
  onKeep?(): void;
  trans: Trans;
}

function NewKey({ ids, value, onChange, onKeep, trans }: NewKeyProps): JSX.Element {
  const [shown, setShown] = React.useState(false);
  const input = useFocusOnMount<HTMLInputElement>(onKeep !== undefined);
  return (
    <div className="jp-LLMOps-row jp-LLMOps-key">
      <input
        {...ids}
        type={shown ? 'text' : 'password'}
        className="jp-LLMOps-input jp-LLMOps-grow jp-mod-code"
        autoComplete="new-password"
        spellCheck={false}
        ref={input}
        value={value}
        onInput={event => onChange(event.currentTarget.value.trim())}
      />
      <button
        type="button"
        className="jp-LLMOps-button"
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
      >
        {shown ? trans.__('Hide') : trans.__('Show')}
      </button>
      {onKeep && (
        <button type="button" className="jp-LLMOps-button" onClick={onKeep}>
          {trans.__('Keep the stored key')}
        </button>
      )}
    </div>
  );
}

interface StoredKeyProps {
  ids: FieldIds;
  hint: string;
  removed: boolean;
  onReplace(): void;
  onRemove(): void;
  onKeep(): void;
  trans: Trans;
}

function StoredKey({ ids, hint, removed, onReplace, onRemove, onKeep, trans }: StoredKeyProps): JSX.Element {
  return (
    <div className="jp-LLMOps-row jp-LLMOps-key">
      <input
        {...ids}
        className="jp-LLMOps-input jp-LLMOps-grow jp-mod-code"
        readOnly
        value={removed ? trans.__('Removed when you save') : `••••••••${hint.slice(-4)}`}
      />
      {removed ? (
        <button type="button" className="jp-LLMOps-button" onClick={onKeep}>
          {trans.__('Keep it')}
        </button>
      ) : (
        <>
          <button type="button" className="jp-LLMOps-button" onClick={onReplace}>
            {trans.__('Replace')}
          </button>
          <button type="button" className="jp-LLMOps-button" onClick={onRemove}>
            {trans.__('Remove')}
          </button>
        </>
      )}
    </div>
  );
}

function keyHelp(provider: Provider | undefined, trans: Trans): string {
  if (provider?.has_org_key) {
    return trans.__('Your organisation’s key is available. Leave this empty to use it.');
  }
  if (provider && !provider.needs_key) {
    return trans.__('Not needed, unless this server was started with one.');
  }
  return trans.__('Stored encrypted. Only its last four characters are ever shown again.');
}
