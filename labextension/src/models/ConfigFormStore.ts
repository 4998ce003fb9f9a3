/** One configuration in the form: its draft, the test before saving, saving, and its versions. */

import { ModelConfig, ModelConfigVersion, Provider, TestRequest, TestResult } from '../api/types';
import { ApiError, asApiError } from '../api/errors';
import { Trans } from '../i18n';
import {
  draftOf,
  draftProblems,
  emptyDraft,
  isDirty,
  parametersOf,
  payloadOf,
  withProvider,
  withTemplate,
  type FieldProblems,
  ConfigDraft
} from './ConfigDraft';
import { DraftShelf } from './DraftShelf';
import { ModelsClient } from './ModelsStore';
import { Observable } from './Observable';

export interface ConfigFormState {
  stored: ModelConfig | null;
  draft: ConfigDraft;
  dirty: boolean;
  /** The draft was kept from an earlier visit and has not been saved. */
  restored: boolean;
  problems: FieldProblems;
  problem: ApiError | null;
  saving: boolean;
  testing: boolean;
  result: TestResult | null;
  versions: readonly ModelConfigVersion[] | null;
}

export interface ConfigFormOptions {
  client: ModelsClient;
  shelf: DraftShelf;
  /** The configuration to change; null: a new one. */
  stored: ModelConfig | null;
  /** The provider a new configuration starts with. */
  provider?: Provider;
}

export class ConfigFormStore extends Observable<ConfigFormState> {
  constructor(private readonly options: ConfigFormOptions) {
    super(startState(options));
    this.original = originalDraft(options);
  }

  /** Change some fields; their messages go away, an earlier test result too where it no longer holds. */
  edit(change: Partial<ConfigDraft>): void {
    const problems = { ...this.state.problems };
    for (const field of Object.keys(change)) {
      delete problems[WIRE_NAMES[field] ?? field];
    }
    const stale = ['providerId', 'endpoint', 'apiKey', 'model'].some(field => field in change);
    this.setDraft({ ...this.state.draft, ...change });
    this.patch({ problems, problem: null, result: stale ? null : this.state.result });
  }

  /** Set or unset (null) one number parameter. */
  editNumber(id: keyof ConfigDraft['numbers'], text: string | null): void {
    const problems = { ...this.state.problems };
    delete problems[`parameters.${id}`];
    this.setDraft({ ...this.state.draft, numbers: { ...this.state.draft.numbers, [id]: text } });
    this.patch({ problems });
  }

  /** Move to another provider: its endpoint, no model yet. */
  chooseProvider(provider: Provider): void {
    this.setDraft(withProvider(this.state.draft, provider));
    this.patch({ problems: {}, problem: null, result: null });
  }

  /** Choose a model; a configuration that has no name yet is named after it. */
  chooseModel(model: string): void {
    const { draft } = this.state;
    const unnamed = !draft.name.trim() || draft.name === draft.model;
    this.edit(unnamed ? { model, name: model } : { model });
  }

  /** Lay a template's parameters over the form. */
  applyTemplate(parameters: ModelConfig['parameters']): void {
    this.setDraft(withTemplate(this.state.draft, parameters));
  }

  /** Go back to what is stored. */
  discard(): void {
    this.patch({ problems: {}, problem: null, result: null, restored: false });
    this.setDraft(this.original);
  }

  /** Save; return the configuration, or null when it was refused (the state says why). */
  async save(trans: Trans): Promise<ModelConfig | null> {
    const problems = draftProblems(this.state.draft, trans);
    this.patch({ problems, problem: null });
    if (Object.keys(problems).length || this.state.saving) {
      return null;
    }
    this.patch({ saving: true });
    try {
      const saved = await this.send();
      this.take(saved);
      return saved;
    } catch (error) {
      this.refuse(error);
      return null;
    } finally {
      this.patch({ saving: false });
    }
  }

  /** Send a short message with what is in the form, saved or not. */
  async test(): Promise<void> {
    this.stopTest();
    const turn = (this.inFlight = new AbortController());
    this.patch({ testing: true, result: null, problem: null });
    try {
      const result = await this.options.client.modelConfigs.test(this.testRequest(), turn.signal);
      if (!turn.signal.aborted) {
        this.patch({ result });
      }
    } catch (error) {
      if (!turn.signal.aborted) {
        this.refuse(error);
      }
    } finally {
      if (this.inFlight === turn) {
        this.patch({ testing: false });
      }
    }
  }

  /** Give up a test that runs. */
  stopTest(): void {
    this.inFlight?.abort();
    this.inFlight = null;
    this.patch({ testing: false });
  }

  /** Load the versions, newest first. */
  async loadVersions(): Promise<void> {
    const { stored } = this.state;
    if (stored) {
      this.patch({ versions: await this.options.client.modelConfigs.versions(stored.id) });
    }
  }

  /** Make an earlier version the present one. */
  async rollback(version: number): Promise<ModelConfig | null> {
    const { stored } = this.state;
    if (!stored) {
      return null;
    }
    const config = await this.options.client.modelConfigs.rollback(stored.id, version);
    this.take(config);
    await this.loadVersions();
    return config;
  }

  private send(): Promise<ModelConfig> {
    const { draft, stored } = this.state;
    const payload = payloadOf(draft, stored);
    const { modelConfigs } = this.options.client;
    return stored ? modelConfigs.change(stored.id, payload) : modelConfigs.create(payload);
  }

  private take(config: ModelConfig): void {
    this.options.shelf.put(shelfKey(this.options), null);
    this.original = draftOf(config);
    this.patch({
      stored: config,
      draft: this.original,
      dirty: false,
      restored: false,
      problems: {},
      problem: null
    });
  }

  private refuse(error: unknown): void {
    const problem = asApiError(error);
    const problems = Object.fromEntries(problem.errors.map(one => [one.field, one.message]));
    this.patch({ problem, problems, result: null });
  }

  private testRequest(): TestRequest {
    const { draft, stored, dirty } = this.state;
    if (stored && !dirty) {
      return { id: stored.id }; // the server keeps the result of what is stored, and only of that
    }
    const base = {
      provider_id: draft.providerId,
      endpoint: draft.endpoint.trim() || null,
      model: draft.model.trim(),
      parameters: parametersOf(draft)
    };
    if (draft.apiKey === null && stored) {
      return { ...base, id: stored.id };
    }
    return { ...base, api_key: draft.apiKey || null };
  }

  private setDraft(draft: ConfigDraft): void {
    const dirty = isDirty(draft, this.original);
    this.options.shelf.put(shelfKey(this.options), dirty ? draft : null);
    this.patch({ draft, dirty });
  }

  private original: ConfigDraft;
  private inFlight: AbortController | null = null;
}

const WIRE_NAMES: Readonly<Record<string, string>> = {
  providerId: 'provider_id',
  apiKey: 'api_key',
  systemPrompt: 'system_prompt',
  stop: 'parameters.stop',
  reasoningEffort: 'parameters.reasoning_effort',
  extra: 'parameters.extra'
};

function shelfKey({ stored }: ConfigFormOptions): string {
  return stored ? `${stored.id}` : 'new';
}

function originalDraft({ stored, provider }: ConfigFormOptions): ConfigDraft {
  return stored ? draftOf(stored) : emptyDraft(provider);
}

function startState(options: ConfigFormOptions): ConfigFormState {
  const original = originalDraft(options);
  const kept = options.shelf.get(shelfKey(options));
  const restored = kept !== null && isDirty(kept, original);
  return {
    stored: options.stored,
    draft: restored ? kept : original,
    dirty: restored,
    restored,
    problems: {},
    problem: null,
    saving: false,
    testing: false,
    result: null,
    versions: null
  };
}
