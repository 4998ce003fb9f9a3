import { LLMOpsClient } from '../api/client';
import { ApiError, asApiError } from '../api/errors';
import { ModelConfig, Provider } from '../api/types';
import { Observable } from './Observable';

export interface ModelChoicesState {
  status: 'idle' | 'loading' | 'ready' | 'error';
  configs: readonly ModelConfig[];
  /** For the names and signs of the groups; empty where they could not be loaded. */
  providers: readonly Provider[];
  problem: ApiError | null;
}

const MOST = 200;

/** The model configurations a conversation can use. */
export class ModelChoicesStore extends Observable<ModelChoicesState> {
  constructor(private readonly client: LLMOpsClient) {
    super({ status: 'idle', configs: [], providers: [], problem: null });
  }

  async load(): Promise<void> {
    if (this.state.status !== 'ready') {
      this.patch({ status: 'loading' });
    }
    try {
      const [page, providers] = await Promise.all([
        this.client.modelConfigs.list({ limit: MOST }),
        this.client.providers.list().catch(() => this.state.providers)
      ]);
      this.patch({ status: 'ready', configs: [...page.items].sort(byName), providers, problem: null });
    } catch (reason) {
      this.patch({ status: 'error', problem: asApiError(reason) });
    }
  }

  /** The configuration a new chat starts with. */
  get preferred(): ModelConfig | null {
    return this.state.configs.find(config => config.is_default) ?? this.state.configs[0] ?? null;
  }

  find(id: number | null): ModelConfig | null {
    return this.state.configs.find(config => config.id === id) ?? null;
  }
}

function byName(a: ModelConfig, b: ModelConfig): number {
  return a.name.localeCompare(b.name);
}
