import { asApiError, errorFromResponse, isAbort } from './errors';
import { readEvents, ServerEvent } from './sse';
import { RequestOptions, Transport } from './transport';
import {
  EndpointPolicy,
  ExportFormat,
  GenerationEvent,
  ImportResult,
  Me,
  Message,
  ModelConfig,
  ModelConfigDetail,
  ModelConfigInput,
  ModelConfigQuery,
  ModelConfigVersion,
  NewMessage,
  NewSession,
  Page,
  ParameterTemplate,
  Provider,
  ProviderChange,
  ProviderModel,
  ProviderModelList,
  Rating,
  SearchHit,
  Session,
  SessionChange,
  SessionQuery,
  TestRequest,
  TestResult,
  UserSettings
} from './types';

const EVENT_TYPES = new Set([
  'start',
  'thinking',
  'answer',
  'retag',
  'notice',
  'usage',
  'title',
  'error',
  'done'
]);

type Query = object;

/** A file the server made, with the name it wants to be saved under. */
export interface Download {
  blob: Blob;
  filename: string;
}

/** The server's interface, typed; every method throws `ApiError` and nothing else, except on abort. */
export class LLMOpsClient {
  readonly me: MeApi;
  readonly sessions: SessionsApi;
  readonly messages: MessagesApi;
  readonly modelConfigs: ModelConfigsApi;
  readonly providers: ProvidersApi;

  constructor(readonly transport: Transport) {
    const caller = new Caller(transport);
    this.me = new MeApi(caller);
    this.sessions = new SessionsApi(caller);
    this.messages = new MessagesApi(caller);
    this.modelConfigs = new ModelConfigsApi(caller);
    this.providers = new ProvidersApi(caller);
  }
}

/** Sends requests and turns answers into values or ApiErrors. */
class Caller {
  constructor(private readonly transport: Transport) {}

  async send(path: string, init: RequestOptions = {}): Promise<Response> {
    let response: Response;
    try {
      response = await this.transport(path, init);
    } catch (reason) {
      throw isAbort(reason) ? reason : asApiError(reason);
    }
    if (!response.ok) {
      throw await errorFromResponse(response);
    }
    return response;
  }

  async json<T>(path: string, init: RequestOptions = {}): Promise<T> {
    const response = await this.send(path, init);
    try {
      return (await response.json()) as T;
    } catch (reason) {
      throw isAbort(reason) ? reason : asApiError(reason);
    }
  }

  async nothing(path: string, init: RequestOptions): Promise<void> {
    await this.send(path, init);
  }

  async download(path: string, fallback: string, init: RequestOptions = {}): Promise<Download> {
    const response = await this.send(path, init);
    const filename = filenameOf(response.headers.get('Content-Disposition')) ?? fallback;
    return { blob: await response.blob(), filename };
  }

  /** Follow an event stream; a break in the connection throws a NetworkError. */
  async *events(path: string, init: RequestOptions): AsyncGenerator<GenerationEvent> {
    const headers = { ...init.headers, Accept: 'text/event-stream' };
    const response = await this.send(path, { ...init, headers });
    if (!response.body) {
      return;
    }
    try {
      for await (const event of readEvents(response.body)) {
        const known = generationEvent(event);
        if (known) {
          yield known;
        }
      }
    } catch (reason) {
      throw isAbort(reason) ? reason : asApiError(reason);
    }
  }
}

class MeApi {
  constructor(private readonly caller: Caller) {}

  get(): Promise<Me> {
    return this.caller.json('/me');
  }

  changeSettings(changes: Partial<UserSettings>): Promise<unknown> {
    return this.caller.json('/me/settings', { method: 'PATCH', body: changes });
  }
}

class SessionsApi {
  constructor(private readonly caller: Caller) {}

  list(query: SessionQuery = {}, signal?: AbortSignal): Promise<Page<Session>> {
    return this.caller.json('/chat/sessions' + encode(query), { signal });
  }

  get(id: number): Promise<Session> {
    return this.caller.json(`/chat/sessions/${id}`);
  }

  create(session: NewSession = {}): Promise<Session> {
    return this.caller.json('/chat/sessions', { method: 'POST', body: session });
  }

  change(id: number, changes: SessionChange): Promise<Session> {
    return this.caller.json(`/chat/sessions/${id}`, { method: 'PATCH', body: changes });
  }

  /** Move a session to the trash. */
  remove(id: number): Promise<void> {
    return this.caller.nothing(`/chat/sessions/${id}`, { method: 'DELETE' });
  }

  removeMany(ids: number[]): Promise<void> {
    return this.caller.nothing('/chat/sessions/delete', { method: 'POST', body: { ids } });
  }

  async restore(id: number): Promise<void> {
    await this.caller.nothing(`/chat/sessions/${id}/restore`, { method: 'POST' });
  }

  async clear(id: number): Promise<void> {
    await this.caller.nothing(`/chat/sessions/${id}/clear`, { method: 'POST' });
  }

  /** Active branch from the root to the current leaf. */
  async messages(id: number, signal?: AbortSignal): Promise<Message[]> {
    const answer = await this.caller.json<Page<Message> | Message[]>(`/chat/sessions/${id}/messages`, {
      signal
    });
    return Array.isArray(answer) ? answer : answer.items;
  }

  search(q: string, signal?: AbortSignal, cursor?: string): Promise<Page<SearchHit>> {
    return this.caller.json('/chat/search' + encode({ q, cursor }), { signal });
  }

  export(id: number, format: ExportFormat): Promise<Download> {
    return this.caller.download(`/chat/sessions/${id}/export` + encode({ format }), `chat-${id}.${format}`);
  }

  exportMany(ids: number[], format: ExportFormat): Promise<Download> {
    return this.caller.download('/chat/export', 'chats.zip', { method: 'POST', body: { ids, format } });
  }

  import(file: Blob): Promise<ImportResult> {
    const headers = { 'Content-Type': 'application/json' };
    return this.caller.json('/chat/import', { method: 'POST', raw: file, headers });
  }
}

class MessagesApi {
  constructor(private readonly caller: Caller) {}

  /** Send a message and follow its answer. */
  send(sessionId: number, message: NewMessage, signal?: AbortSignal): AsyncGenerator<GenerationEvent> {
    return this.caller.events(`/chat/sessions/${sessionId}/messages`, {
      method: 'POST',
      body: message,
      signal
    });
  }

  /** Follow the answer `id` from the event after `after`. */
  events(id: number, after: number, signal?: AbortSignal): AsyncGenerator<GenerationEvent> {
    const headers = { 'Last-Event-ID': String(after) };
    return this.caller.events(`/chat/messages/${id}/events` + encode({ after }), { headers, signal });
  }

  regenerate(id: number, modelConfigId?: number, signal?: AbortSignal): AsyncGenerator<GenerationEvent> {
    const body = modelConfigId === undefined ? {} : { model_config_id: modelConfigId };
    return this.caller.events(`/chat/messages/${id}/regenerate`, { method: 'POST', body, signal });
  }

  stop(id: number): Promise<void> {
    return this.caller.nothing(`/chat/messages/${id}/stop`, { method: 'POST' });
  }

  rate(id: number, rating: Rating): Promise<Message> {
    return this.caller.json(`/chat/messages/${id}`, { method: 'PATCH', body: { rating } });
  }

  async image(id: number): Promise<Blob> {
    return (await this.caller.send(`/chat/images/${id}`)).blob();
  }
}

class ModelConfigsApi {
  constructor(private readonly caller: Caller) {}

  list(query: ModelConfigQuery = {}, signal?: AbortSignal): Promise<Page<ModelConfig>> {
    return this.caller.json('/model-configs' + encode(query), { signal });
  }

  get(id: number): Promise<ModelConfigDetail> {
    return this.caller.json(`/model-configs/${id}`);
  }

  create(config: ModelConfigInput): Promise<ModelConfig> {
    return this.caller.json('/model-configs', { method: 'POST', body: config });
  }

  change(id: number, changes: ModelConfigInput): Promise<ModelConfig> {
    return this.caller.json(`/model-configs/${id}`, { method: 'PATCH', body: changes });
  }

  remove(id: number): Promise<void> {
    return this.caller.nothing(`/model-configs/${id}`, { method: 'DELETE' });
  }

  removeMany(ids: number[]): Promise<void> {
    return this.caller.nothing('/model-configs/delete', { method: 'POST', body: { ids } });
  }

  duplicate(id: number): Promise<ModelConfig> {
    return this.caller.json(`/model-configs/${id}/duplicate`, { method: 'POST' });
  }

  makeDefault(id: number): Promise<void> {
    return this.caller.nothing(`/model-configs/${id}/default`, { method: 'POST' });
  }

  async versions(id: number): Promise<ModelConfigVersion[]> {
    const answer = await this.caller.json<Page<ModelConfigVersion> | ModelConfigVersion[]>(
      `/model-configs/${id}/versions`
    );
    return Array.isArray(answer) ? answer : answer.items;
  }

  rollback(id: number, version: number): Promise<ModelConfig> {
    return this.caller.json(`/model-configs/${id}/rollback`, { method: 'POST', body: { version } });
  }

  test(request: TestRequest, signal?: AbortSignal): Promise<TestResult> {
    return this.caller.json('/model-configs/test', { method: 'POST', body: request, signal });
  }

  templates(): Promise<ParameterTemplate[]> {
    return this.caller.json<Page<ParameterTemplate> | ParameterTemplate[]>('/model-templates').then(itemsOf);
  }
}

class ProvidersApi {
  constructor(private readonly caller: Caller) {}

  list(): Promise<Provider[]> {
    return this.caller.json<Page<Provider> | Provider[]>('/providers').then(itemsOf);
  }

  change(id: string, changes: ProviderChange): Promise<Provider> {
    return this.caller.json(`/providers/${encodeURIComponent(id)}`, { method: 'PATCH', body: changes });
  }

  /** Models a provider offers; `refresh` skips the server's cache. */
  models(id: string, query: ModelsQuery = {}, signal?: AbortSignal): Promise<ProviderModelList> {
    const path = `/providers/${encodeURIComponent(id)}/models`;
    return this.caller.json(path + encode(query), { signal });
  }

  /** The same list, seen with a key that is not saved yet; it travels in the body. */
  liveModels(id: string, request: ModelsQuery & { api_key: string }): Promise<ProviderModelList> {
    const path = `/providers/${encodeURIComponent(id)}/models/live`;
    return this.caller.json(path, { method: 'POST', body: request });
  }

  addModel(id: string, model: ManualModel): Promise<ProviderModel> {
    return this.caller.json(`/providers/${encodeURIComponent(id)}/models`, { method: 'POST', body: model });
  }

  policy(): Promise<EndpointPolicy> {
    return this.caller.json('/endpoint-policy');
  }

  changePolicy(policy: Pick<EndpointPolicy, 'allowed_hosts'>): Promise<EndpointPolicy> {
    return this.caller.json('/endpoint-policy', { method: 'PATCH', body: policy });
  }
}

/** A model the provider does not list, described by hand. */
export type ManualModel = { id: string } & Partial<
  Pick<ProviderModel, 'name' | 'capabilities' | 'context_length'>
>;

export interface ModelsQuery {
  refresh?: boolean;
  endpoint?: string;
  config_id?: number;
}

/** `?a=1&b=2` of the fields that have a value. */
export function encode(query: Query): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]): [string, string] => [name, String(value)]);
  const text = new URLSearchParams(pairs).toString();
  return text ? `?${text}` : '';
}

function itemsOf<T>(answer: Page<T> | T[]): T[] {
  return Array.isArray(answer) ? answer : answer.items;
}

function generationEvent(event: ServerEvent): GenerationEvent | null {
  if (!EVENT_TYPES.has(event.type)) {
    return null;
  }
  return { id: event.id, type: event.type, data: JSON.parse(event.data) } as GenerationEvent;
}

function filenameOf(disposition: string | null): string | null {
  const encoded = disposition?.match(/filename\*=UTF-8''([^;]+)/i);
  if (encoded) {
    return decodeURIComponent(encoded[1]);
  }
  return disposition?.match(/filename="?([^";]+)"?/i)?.[1] ?? null;
}
