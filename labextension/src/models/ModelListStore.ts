/** The model lists of providers, as the picker shows them: one load per target, newest wins. */

import { ManualModel } from '../api/client';
import { ProviderModel, ProviderModelList } from '../api/types';
import { ApiError, asApiError } from '../api/errors';
import { ModelsClient } from './ModelsStore';
import { Observable } from './Observable';

/** Whose models: a provider, at an address other than its own where one is given, with the key of a stored configuration. */
export interface ModelTarget {
  providerId: string;
  endpoint?: string;
  configId?: number;
  /** A key that is typed but not saved yet. */
  apiKey?: string;
}

export interface ModelList {
  status: 'idle' | 'loading' | 'ready' | 'error';
  items: readonly ProviderModel[];
  problem: ApiError | null;
}

export type ModelListState = Readonly<Record<string, ModelList>>;

export const NO_MODELS: ModelList = { status: 'idle', items: [], problem: null };

export class ModelListStore extends Observable<ModelListState> {
  constructor(private readonly client: Pick<ModelsClient, 'providers'>) {
    super({});
  }

  /** Load the list unless it is there; `refresh` asks the provider again. */
  async load(target: ModelTarget, refresh = false): Promise<void> {
    const key = targetKey(target);
    const known = this.state[key] ?? NO_MODELS;
    if (known.status === 'loading' || (known.status === 'ready' && !refresh)) {
      return;
    }
    this.put(key, { ...known, status: 'loading', problem: null });
    try {
      this.put(key, listed(await this.ask(target, refresh)));
    } catch (error) {
      this.put(key, { status: 'error', items: known.items, problem: inOneSentence(asApiError(error)) });
    }
  }

  /** Add a model by hand and ask for the list again. */
  async addManual(target: ModelTarget, model: ManualModel): Promise<void> {
    await this.client.providers.addModel(target.providerId, model);
    await this.load(target, true);
  }

  private ask(target: ModelTarget, refresh: boolean): Promise<ProviderModelList> {
    const { providerId, endpoint, configId, apiKey } = target;
    const query = { refresh: refresh || undefined, endpoint, config_id: configId };
    const { providers } = this.client;
    return apiKey
      ? providers.liveModels(providerId, { ...query, api_key: apiKey })
      : providers.models(providerId, query);
  }

  private put(key: string, list: ModelList): void {
    this.set({ ...this.state, [key]: list });
  }
}

/** The picker has no fields: where the server names one, its message is the reason. */
function inOneSentence(problem: ApiError): ApiError {
  const [first] = problem.errors;
  return first ? new ApiError(first.message, problem.code, problem.status, '') : problem;
}

/** A provider that could not be asked still lists the models added by hand. */
function listed({ items, problem }: ProviderModelList): ModelList {
  return problem
    ? {
        status: 'error',
        items,
        problem: new ApiError(problem.message, problem.code ?? '', 0, problem.remedy)
      }
    : { status: 'ready', items, problem: null };
}

/** Name a target: the same provider at another address, or with another key, lists other models. */
export function targetKey(target: ModelTarget): string {
  return [target.providerId, target.endpoint ?? '', target.configId ?? '', target.apiKey ?? ''].join('\n');
}
