import * as React from 'react';

import { ParameterTemplate, Provider } from '../../api/types';
import { Trans } from '../../i18n';
import { ConfigFormState } from '../../models/ConfigFormStore';
import { ConfigDraft } from '../../models/ConfigDraft';
import { hostOf } from '../../models/EndpointPolicyStore';
import { ModelList } from '../../models/ModelListStore';
import { NumberParameterId } from '../../models/parameters';
import { Problem } from '../Problem';
import { Field } from './Field';
import { Icon } from '../Icon';
import { KeyField } from './KeyField';
import { ModelPicker } from './ModelPicker';
import { ParametersSection } from './ParametersSection';
import { ProviderSelect } from './ProviderSelect';
import { AllowHost, TestResult } from './TestResult';

export interface ModelFormProps {
  state: ConfigFormState;
  providers: readonly Provider[];
  templates: readonly ParameterTemplate[];
  models: ModelList;
  onProvider(provider: Provider): void;
  onEdit(change: Partial<ConfigDraft>): void;
  onEditNumber(id: NumberParameterId, text: string | null): void;
  onTemplate(parameters: ParameterTemplate['parameters']): void;
  onModel(model: string): void;
  onRefreshModels(): void;
  onAddManual(text: string): void;
  onTest(): void;
  onStopTest(): void;
  onSave(): void;
  onDiscard(): void;
  onClose(): void;
  onVersions?(): void;
  /** Absent: the reader may not change the endpoint policy. */
  onAllowHost?(host: string): void;
  trans: Trans;
}

const REFUSED_HOST = 'endpoint_not_allowed';

/** One model configuration: provider, endpoint, key, model, parameters; tested before it is saved. */
export function ModelForm(props: ModelFormProps): JSX.Element {
  const { state, onSave, trans } = props;
  const form = React.useRef<HTMLFormElement>(null);
  useFirstProblemFocus(form, state);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') {
      event.preventDefault();
      onSave();
    }
  };
  return (
    <form
      ref={form}
      className="jp-LLMOps-form"
      aria-label={state.stored ? trans.__('Model configuration') : trans.__('New model configuration')}
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={event => {
        event.preventDefault();
        onSave();
      }}
    >
      <FormHead {...props} />
      <div className="jp-LLMOps-form-fields">
        <ConnectionSection {...props} />
        <NamingSection {...props} />
        <ParametersSection
          draft={state.draft}
          problems={state.problems}
          templates={props.templates}
          onEdit={props.onEdit}
          onEditNumber={props.onEditNumber}
          onTemplate={props.onTemplate}
          trans={trans}
        />
        <SystemPromptSection {...props} />
      </div>
      <FormFoot {...props} />
    </form>
  );
}

function FormHead({ state, onClose, onVersions, onDiscard, trans }: ModelFormProps): JSX.Element {
  const title = state.stored ? state.stored.name : trans.__('New model');
  return (
    <header className="jp-LLMOps-form-head">
      <div className="jp-LLMOps-row">
        <button
          type="button"
          className="jp-LLMOps-iconButton"
          aria-label={trans.__('Back to the list')}
          title={trans.__('Back to the list')}
          onClick={onClose}
        >
          <Icon name="back" />
        </button>
        <h2 className="jp-LLMOps-grow">{title}</h2>
        {state.dirty && <span className="jp-LLMOps-chip">{trans.__('Not saved')}</span>}
        {state.stored && onVersions && (
          <button type="button" className="jp-LLMOps-button" onClick={onVersions}>
            <Icon name="history" /> {trans.__('Version %1', `${state.stored.version}`)}
          </button>
        )}
      </div>
      {state.restored && (
        <p className="jp-LLMOps-note" role="status">
          {trans.__('This is what you had typed before. It is not saved yet.')}{' '}
          <button type="button" className="jp-LLMOps-link" onClick={onDiscard}>
            {trans.__('Discard it')}
          </button>
        </p>
      )}
    </header>
  );
}

function ConnectionSection(props: ModelFormProps): JSX.Element {
  const { state, providers, models, onEdit, trans } = props;
  const { draft, problems } = state;
  const provider = providers.find(one => one.id === draft.providerId);
  return (
    <fieldset className="jp-LLMOps-section">
      <legend>{trans.__('Provider and model')}</legend>
      <Field label={trans.__('Provider')} name="provider_id" problem={problems.provider_id} required>
        {ids => (
          <div className="jp-LLMOps-row">
            <ProviderSelect
              id={ids.id}
              providers={providers}
              value={draft.providerId}
              onChange={props.onProvider}
              describedBy={ids['aria-describedby']}
              invalid={ids['aria-invalid']}
              trans={trans}
            />
            {provider?.docs_url && (
              <a
                className="jp-LLMOps-link"
                href={provider.docs_url}
                target="_blank"
                rel="noreferrer noopener"
              >
                {trans.__('Documentation')}
              </a>
            )}
          </div>
        )}
      </Field>
      {provider && provider.kind !== 'embedded' && (
        <>
          <EndpointField {...props} provider={provider} />
          <KeyField
            key={`${draft.providerId}-${state.stored?.version ?? 0}`}
            value={draft.apiKey}
            hint={state.stored?.provider_id === draft.providerId ? state.stored.api_key_hint : null}
            provider={provider}
            problem={problems.api_key}
            onChange={apiKey => onEdit({ apiKey })}
            trans={trans}
          />
        </>
      )}
      {provider && (
        <Field label={trans.__('Model')} name="model" problem={problems.model} required>
          {ids => (
            <ModelPicker
              key={draft.providerId}
              id={ids.id}
              list={models}
              value={draft.model}
              onChange={props.onModel}
              onRefresh={props.onRefreshModels}
              onAddManual={props.onAddManual}
              describedBy={ids['aria-describedby']}
              invalid={ids['aria-invalid']}
              trans={trans}
            />
          )}
        </Field>
      )}
    </fieldset>
  );
}

function EndpointField(props: ModelFormProps & { provider: Provider }): JSX.Element {
  const { state, provider, onEdit, onAllowHost, trans } = props;
  const { endpoint } = state.draft;
  const preset = provider.default_endpoint ?? '';
  const host = hostOf(endpoint);
  const refused = [state.problem, props.models.problem].some(one => one?.code === REFUSED_HOST);
  return (
    <>
      <Field
        label={trans.__('Endpoint')}
        name="endpoint"
        help={
          preset
            ? trans.__('Usually %1', preset)
            : trans.__('The base address of an OpenAI-compatible interface, such as https://host/v1.')
        }
        problem={state.problems.endpoint}
      >
        {ids => (
          <div className="jp-LLMOps-row">
            <input
              {...ids}
              type="url"
              className="jp-LLMOps-input jp-LLMOps-grow jp-mod-code"
              spellCheck={false}
              autoComplete="off"
              placeholder={preset || 'https://'}
              value={endpoint}
              onInput={event => onEdit({ endpoint: event.currentTarget.value })}
            />
            {preset && endpoint !== preset && (
              <button type="button" className="jp-LLMOps-button" onClick={() => onEdit({ endpoint: preset })}>
                {trans.__('Reset')}
              </button>
            )}
          </div>
        )}
      </Field>
      {refused && onAllowHost && host && <AllowHost host={host} onAllowHost={onAllowHost} trans={trans} />}
    </>
  );
}

function NamingSection({ state, onEdit, trans }: ModelFormProps): JSX.Element {
  const { draft, problems } = state;
  return (
    <fieldset className="jp-LLMOps-section">
      <legend>{trans.__('Name')}</legend>
      <Field
        label={trans.__('Name')}
        name="name"
        help={trans.__('Shown wherever a model is chosen.')}
        problem={problems.name}
        required
      >
        {ids => (
          <input
            {...ids}
            className="jp-LLMOps-input"
            maxLength={100}
            value={draft.name}
            onInput={event => onEdit({ name: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label={trans.__('Notes')} name="notes" problem={problems.notes}>
        {ids => (
          <textarea
            {...ids}
            className="jp-LLMOps-input"
            rows={2}
            value={draft.notes}
            onInput={event => onEdit({ notes: event.currentTarget.value })}
          />
        )}
      </Field>
    </fieldset>
  );
}

function SystemPromptSection({ state, onEdit, trans }: ModelFormProps): JSX.Element {
  return (
    <fieldset className="jp-LLMOps-section">
      <legend>{trans.__('System prompt')}</legend>
      <Field
        label={trans.__('Default system prompt')}
        name="system_prompt"
        help={trans.__('Sent before every conversation with this model, unless the chat has its own.')}
        problem={state.problems.system_prompt}
      >
        {ids => (
          <textarea
            {...ids}
            className="jp-LLMOps-input"
            rows={4}
            value={state.draft.systemPrompt}
            onInput={event => onEdit({ systemPrompt: event.currentTarget.value })}
          />
        )}
      </Field>
    </fieldset>
  );
}

function FormFoot(props: ModelFormProps): JSX.Element {
  const { state, onTest, onStopTest, onDiscard, onAllowHost, trans } = props;
  const testable = state.draft.providerId !== '' && state.draft.model.trim() !== '';
  const atField = state.problem?.errors.length || state.problem?.code === REFUSED_HOST;
  return (
    <footer className="jp-LLMOps-form-foot">
      {state.problem && <FormProblem {...props} brief={Boolean(atField)} />}
      {state.testing && (
        <p role="status" className="jp-LLMOps-busy">
          {trans.__('Sending a short message to the model…')}
        </p>
      )}
      {state.result && (
        <TestResult
          result={state.result}
          host={hostOf(state.draft.endpoint)}
          onAllowHost={onAllowHost}
          trans={trans}
        />
      )}
      <div className="jp-LLMOps-row">
        <button
          type="button"
          className="jp-LLMOps-button"
          disabled={!testable}
          onClick={state.testing ? onStopTest : onTest}
        >
          <Icon name="play" /> {state.testing ? trans.__('Stop the test') : trans.__('Test')}
        </button>
        <span className="jp-LLMOps-grow" />
        {state.dirty && (
          <button type="button" className="jp-LLMOps-button" onClick={onDiscard}>
            {trans.__('Discard changes')}
          </button>
        )}
        <button
          type="submit"
          className="jp-LLMOps-button jp-LLMOps-button-mod-primary"
          title={trans.__('Ctrl+S')}
          disabled={state.saving || !state.dirty}
        >
          {state.saving ? trans.__('Saving…') : trans.__('Save')}
        </button>
      </div>
    </footer>
  );
}

function FormProblem({ state, trans, brief }: ModelFormProps & { brief: boolean }): JSX.Element | null {
  const known = new Set(Object.keys(state.problems));
  const unplaced = state.problem?.errors.filter(error => !known.has(error.field)) ?? [];
  if (!state.problem) {
    return null;
  }
  return (
    <Problem problem={state.problem} trans={trans}>
      {brief && unplaced.length > 0 && (
        <ul>
          {unplaced.map(error => (
            <li key={error.field}>
              {error.field}: {error.message}
            </li>
          ))}
        </ul>
      )}
    </Problem>
  );
}

/** Move the focus to the first field with a message, once after each refused save. */
function useFirstProblemFocus(form: React.RefObject<HTMLFormElement>, state: ConfigFormState): void {
  const count = Object.keys(state.problems).length;
  const before = React.useRef(0);
  React.useEffect(() => {
    if (count > before.current) {
      const field = [...(form.current?.querySelectorAll('[data-field]') ?? [])].find(
        element => state.problems[element.getAttribute('data-field') ?? '']
      );
      field?.querySelector<HTMLElement>('input:not([type=checkbox]), textarea, select, button')?.focus();
      field?.scrollIntoView({ block: 'center' });
    }
    before.current = count;
  }, [count, form, state.problems]);
}
