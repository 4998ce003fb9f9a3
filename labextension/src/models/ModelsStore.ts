/** The list of model configurations: search, filter, sort, pages, selection and what is done to them. */

import { LLMOpsClient } from '../api/client';
import { ModelConfig, ModelConfigQuery, ParameterTemplate, Provider, TestResult } from '../api/types';
import { ApiError, asApiError } from '../api/errors';
import { Observable } from './Observable';

/** The part of the client that the models panel uses. */
export type ModelsClient = Pick<LLMOpsClient, 'modelConfigs' | 'providers'>;

export type ConfigSort = '-updated_at' | 'name' | '-name';

export interface ModelsQuery {
  q: string;
  providerId: string | null;
  sort: ConfigSort;
}

export interface ModelsState {
  status: 'loading' | 'ready' | 'error';
  problem: ApiError | null;
  providers: readonly Provider[];
  templates: readonly ParameterTemplate[];
  configs: readonly ModelConfig[];
  total: number;
  next: string | null;
  loadingMore: boolean;
  query: ModelsQuery;
  selected: ReadonlySet<number>;
  /** Configurations whose test runs at this moment. */
  testing: ReadonlySet<number>;
}

const PAGE = 50;

const EMPTY: ModelsState = {
  status: 'loading',
  problem: null,
  providers: [],
  templates: [],
  configs: [],
  total: 0,
  next: null,
  loadingMore: false,
  query: { q: '', providerId: null, sort: '-updated_at' },
  selected: new Set(),
  testing: new Set()
};

export class ModelsStore extends Observable<ModelsState> {
  constructor(private readonly client: ModelsClient) {
    super(EMPTY);
  }

  /** Load providers, templates and the first page. */
  async load(): Promise<void> {
    await Promise.all([this.loadPresets(), this.reload()]);
  }

  /** Load the first page again for the present query; the newest call wins. */
  async reload(): Promise<void> {
    this.inFlight?.abort();
    const turn = (this.inFlight = new AbortController());
    this.patch({ status: this.state.configs.length ? this.state.status : 'loading', problem: null });
    try {
      const page = await this.client.modelConfigs.list(this.wireQuery(), turn.signal);
      if (!turn.signal.aborted) {
        const present = new Set(page.items.map(config => config.id));
        const selected = new Set([...this.state.selected].filter(id => present.has(id)));
        this.patch({ status: 'ready', configs: page.items, total: page.total, next: page.next, selected });
      }
    } catch (error) {
      if (!turn.signal.aborted) {
        this.patch({ status: 'error', problem: asApiError(error) });
      }
    }
  }

  /** Append the next page. */
  async more(): Promise<void> {
    const { next, loadingMore } = this.state;
    if (!next || loadingMore) {
      return;
    }
    this.patch({ loadingMore: true });
    try {
      const page = await this.client.modelConfigs.list(
        { ...this.wireQuery(), cursor: next },
        this.inFlight?.signal
      );
      if (this.state.next === next) {
        this.patch({ configs: [...this.state.configs, ...page.items], next: page.next, total: page.total });
      }
    } finally {
      this.patch({ loadingMore: false });
    }
  }

  /** Change search, filter or order, and load accordingly. */
  async setQuery(change: Partial<ModelsQuery>): Promise<void> {
    this.patch({ query: { ...this.state.query, ...change } });
    await this.reload();
  }

  /** Tick or untick one configuration. */
  toggleSelected(id: number): void {
    const selected = new Set(this.state.selected);
    if (!selected.delete(id)) {
      selected.add(id);
    }
    this.patch({ selected });
  }

  /** Tick all shown, or none. */
  selectAll(on: boolean): void {
    this.patch({ selected: new Set(on ? this.state.configs.map(config => config.id) : []) });
  }

  /** Say how many sessions use each of these configurations. */
  async usage(ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const details = await Promise.all(ids.map(id => this.client.modelConfigs.get(id)));
    return new Map(details.map(config => [config.id, config.used_by?.sessions ?? 0]));
  }

  /** Delete configurations and reload. */
  async remove(ids: readonly number[]): Promise<void> {
    const { modelConfigs } = this.client;
    await (ids.length === 1 ? modelConfigs.remove(ids[0]) : modelConfigs.removeMany([...ids]));
    const gone = new Set(ids);
    this.patch({ selected: new Set([...this.state.selected].filter(id => !gone.has(id))) });
    await this.reload();
  }

  /** Copy a configuration and return the copy. */
  async duplicate(id: number): Promise<ModelConfig> {
    const copy = await this.client.modelConfigs.duplicate(id);
    await this.reload();
    return copy;
  }

  /** Make this configuration the one new sessions start with. */
  async setDefault(id: number): Promise<void> {
    await this.client.modelConfigs.makeDefault(id);
    const configs = this.state.configs.map(config => ({ ...config, is_default: config.id === id }));
    this.patch({ configs });
  }

  /** Test a stored configuration and put the result on its card. */
  async test(id: number): Promise<TestResult> {
    this.patch({ testing: new Set([...this.state.testing, id]) });
    try {
      const result = await this.client.modelConfigs.test({ id });
      await this.refresh(id);
      return result;
    } finally {
      this.patch({ testing: new Set([...this.state.testing].filter(one => one !== id)) });
    }
  }

  /** Take a configuration the form has just saved. */
  async saved(config: ModelConfig): Promise<void> {
    const known = this.state.configs.some(one => one.id === config.id);
    if (known) {
      this.replace(config);
    }
    await this.reload();
  }

  /** Read one configuration again. */
  async refresh(id: number): Promise<void> {
    this.replace(await this.client.modelConfigs.get(id));
  }

  private replace(config: ModelConfig): void {
    this.patch({ configs: this.state.configs.map(one => (one.id === config.id ? config : one)) });
  }

  private async loadPresets(): Promise<void> {
    try {
      const [providers, templates] = await Promise.all([
        this.client.providers.list(),
        this.client.modelConfigs.templates()
      ]);
      this.patch({ providers, templates });
    } catch (error) {
      this.patch({ status: 'error', problem: asApiError(error) });
    }
  }

  private wireQuery(): ModelConfigQuery {
    const { q, providerId, sort } = this.state.query;
    return { limit: PAGE, sort, q: q.trim() || undefined, provider_id: providerId ?? undefined };
  }

  private inFlight: AbortController | null = null;
}
