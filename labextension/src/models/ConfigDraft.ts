/** The form's text of one model configuration: what the user typed, valid or not. Pure functions. */

import { ModelConfig, ModelConfigInput, Parameters, Provider, ReasoningEffort } from '../api/types';
import { Trans } from '../i18n';
import { NUMBER_PARAMETERS, numberProblem, NumberParameterId } from './parameters';

export interface ConfigDraft {
  name: string;
  notes: string;
  providerId: string;
  endpoint: string;
  /** null keeps the stored key, '' removes it, text replaces it. */
  apiKey: string | null;
  model: string;
  /** The text of each number field; null: not set, the provider decides. */
  numbers: Record<NumberParameterId, string | null>;
  stop: readonly string[];
  reasoningEffort: ReasoningEffort | null;
  /** A JSON object, or empty. */
  extra: string;
  systemPrompt: string;
}

/** Message by field; fields are named as on the wire (`parameters.temperature`). */
export type FieldProblems = Readonly<Record<string, string>>;

/** Return the empty form for a provider, its endpoint filled in. */
export function emptyDraft(provider?: Provider): ConfigDraft {
  return {
    name: '',
    notes: '',
    providerId: provider?.id ?? '',
    endpoint: provider?.default_endpoint ?? '',
    apiKey: null,
    model: '',
    ...parameterDraft({}),
    systemPrompt: ''
  };
}

/** Return the form text of a stored configuration. */
export function draftOf(config: ModelConfig): ConfigDraft {
  return {
    name: config.name,
    notes: config.notes,
    providerId: config.provider_id,
    endpoint: config.endpoint ?? '',
    apiKey: null,
    model: config.model,
    ...parameterDraft(config.parameters),
    systemPrompt: config.system_prompt
  };
}

type ParameterDraft = Pick<ConfigDraft, 'numbers' | 'stop' | 'reasoningEffort' | 'extra'>;

/** Return the parameter fields' text; what is absent is not set. */
export function parameterDraft(parameters: Parameters): ParameterDraft {
  const numbers = {} as Record<NumberParameterId, string | null>;
  for (const { id } of NUMBER_PARAMETERS) {
    numbers[id] = typeof parameters[id] === 'number' ? `${parameters[id]}` : null;
  }
  const extra = parameters.extra ?? {};
  return {
    numbers,
    stop: parameters.stop ?? [],
    reasoningEffort: parameters.reasoning_effort ?? null,
    extra: Object.keys(extra).length ? JSON.stringify(extra, null, 2) : ''
  };
}

/** Lay a template's parameters over the draft; what the template does not name stays. */
export function withTemplate(draft: ConfigDraft, parameters: Parameters): ConfigDraft {
  return { ...draft, ...parameterDraft({ ...parametersOf(draft), ...parameters }) };
}

/** Move the draft to another provider: endpoint and model start anew, the rest stays. */
export function withProvider(draft: ConfigDraft, provider: Provider): ConfigDraft {
  return {
    ...draft,
    providerId: provider.id,
    endpoint: provider.default_endpoint ?? '',
    model: '',
    apiKey: null
  };
}

/** Return the parameters of the draft as the wire has them; unreadable fields are left out. */
export function parametersOf(draft: ConfigDraft): Parameters {
  const parameters: Parameters = {};
  for (const { id } of NUMBER_PARAMETERS) {
    const text = draft.numbers[id];
    if (text !== null && text.trim() !== '' && Number.isFinite(Number(text))) {
      parameters[id] = Number(text);
    }
  }
  if (draft.stop.length) {
    parameters.stop = [...draft.stop];
  }
  if (draft.reasoningEffort) {
    parameters.reasoning_effort = draft.reasoningEffort;
  }
  const extra = parseExtra(draft.extra);
  if (extra && Object.keys(extra).length) {
    parameters.extra = extra;
  }
  return parameters;
}

/** Return the request body: everything for a new configuration, only what changed for a stored one. */
export function payloadOf(draft: ConfigDraft, stored: ModelConfig | null): ModelConfigInput {
  const all: ModelConfigInput = {
    name: draft.name.trim(),
    notes: draft.notes,
    provider_id: draft.providerId,
    endpoint: draft.endpoint.trim() || null,
    model: draft.model.trim(),
    parameters: parametersOf(draft),
    system_prompt: draft.systemPrompt
  };
  const key = draft.apiKey === null ? {} : { api_key: draft.apiKey || null };
  if (!stored) {
    return { ...all, ...key };
  }
  const before: ModelConfigInput = { ...payloadOf(draftOf(stored), null) };
  const changed = Object.entries(all).filter(
    ([field, value]) => !sameJson(value, before[field as keyof ModelConfigInput])
  );
  return { ...Object.fromEntries(changed), ...key };
}

/** Tell whether the user changed anything. */
export function isDirty(draft: ConfigDraft, original: ConfigDraft): boolean {
  return !sameJson(draft, original);
}

/** Find what the server would refuse anyway, so that the form can say so at once. */
export function draftProblems(draft: ConfigDraft, trans: Trans): FieldProblems {
  const problems: Record<string, string> = {};
  if (!draft.providerId) {
    problems.provider_id = trans.__('Choose a provider.');
  }
  if (!draft.model.trim()) {
    problems.model = trans.__('Choose a model, or type its name.');
  }
  if (!draft.name.trim()) {
    problems.name = trans.__('Give the configuration a name, so that you find it again.');
  }
  for (const parameter of NUMBER_PARAMETERS) {
    const text = draft.numbers[parameter.id];
    const problem = text === null ? null : numberProblem(parameter, text, trans);
    if (problem) {
      problems[`parameters.${parameter.id}`] = problem;
    }
  }
  if (draft.extra.trim() && !parseExtra(draft.extra)) {
    problems['parameters.extra'] = trans.__('This must be a JSON object, such as {"min_p": 0.05}.');
  }
  return problems;
}

/** Return the object written in the text ({} for an empty one), or null when it is none. */
export function parseExtra(text: string): Record<string, unknown> | null {
  if (!text.trim()) {
    return {};
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Compare two JSON values whatever the order of their keys. */
export function sameJson(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part
  );
}
