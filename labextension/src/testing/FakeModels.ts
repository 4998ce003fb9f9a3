/** Plays the providers and model configurations of the server, in memory, over a Transport. */

import {
  EndpointPolicy,
  ModelConfig,
  ModelConfigInput,
  ModelConfigVersion,
  Provider,
  ProviderModel,
  TestResult
} from '../api/types';
import { RequestOptions, Transport } from '../api/transport';

type Handler = (match: RegExpMatchArray, body: any, query: URLSearchParams) => unknown;

export class FakeModels {
  providers: Provider[] = [
    provider('embedded', 'Built-in model', 'embedded', 'http://127.0.0.1:9'),
    provider('ollama', 'Ollama', 'local', 'http://localhost:11434'),
    provider('vllm', 'vLLM', 'local', 'http://localhost:8000/v1'),
    provider('openai', 'OpenAI', 'cloud', 'https://api.openai.com/v1', true),
    provider('deepseek', 'DeepSeek', 'cloud', 'https://api.deepseek.com', true),
    provider('custom', 'OpenAI-compatible', 'custom', null)
  ];
  configs: ModelConfig[] = [];
  models: Record<string, ProviderModel[]> = {
    ollama: [
      model('llama3.2:3b', ['chat', 'tools'], 131072, '3.2B', 'Q4_K_M'),
      model('qwen3:8b', ['chat', 'reasoning', 'tools'], 40960, '8.2B', 'Q4_K_M'),
      model('llava:7b', ['chat', 'vision'], 32768, '7B', 'Q4_0'),
      model('nomic-embed-text', ['embedding'], 8192, '137M', 'F16')
    ],
    openai: Array.from({ length: 300 }, (_, index) =>
      model(
        `gpt-${index}`,
        index % 3 ? ['chat', 'tools'] : ['chat', 'vision', 'reasoning'],
        128000,
        null,
        null
      )
    )
  };
  policy: EndpointPolicy = {
    allowed_hosts: ['gpu-box.lan'],
    preset_hosts: ['api.openai.com', 'api.deepseek.com'],
    loopback: true
  };
  test: TestResult = {
    ok: true,
    latency_ms: 1912,
    ttft_ms: 412,
    usage: { prompt_tokens: 11, completion_tokens: 9, total_tokens: 20, estimated: false, cost: null },
    text: 'Hello! How can I help you today?',
    problem: null
  };
  used: Record<number, number> = {};
  /** Answers that stand before the real ones, by "METHOD /path"; a Response or what throws. */
  readonly replies = new Map<string, () => Response | Promise<Response>>();
  readonly requests: { method: string; path: string; body: any }[] = [];
  private nextId = 1;
  private readonly versions = new Map<number, ModelConfigVersion[]>();

  readonly transport: Transport = async (path, init = {}) => {
    const method = init.method ?? 'GET';
    this.requests.push({ method, path, body: init.body });
    const [bare, query = ''] = path.split('?');
    const scripted = this.replies.get(`${method} ${bare}`);
    return scripted ? scripted() : this.answer(`${method} ${bare}`, init, new URLSearchParams(query));
  };

  /** Add a stored configuration. */
  add(fields: Partial<ModelConfig> = {}): ModelConfig {
    const config = { ...blankConfig(this.nextId++), ...fields };
    this.configs.push(config);
    this.versions.set(config.id, [versionOf(config)]);
    return config;
  }

  /** What was sent with this method to this path, newest last. */
  sent(method: string, path: string): any[] {
    return this.requests
      .filter(request => request.method === method && request.path.split('?')[0] === path)
      .map(request => request.body);
  }

  private readonly routes: [RegExp, Handler][] = [
    [/^GET \/me$/, () => me()],
    [/^PATCH \/me\/settings$/, (_match, body) => body],
    [/^GET \/providers$/, () => page(this.providers)],
    [/^GET \/providers\/(\w+)\/models$/, ([, id]) => page(this.models[id] ?? [])],
    [/^POST \/providers\/(\w+)\/models\/live$/, ([, id]) => page(this.models[id] ?? [])],
    [/^POST \/providers\/(\w+)\/models$/, ([, id], body) => this.addModel(id, body)],
    [/^GET \/model-templates$/, () => page(TEMPLATES)],
    [/^GET \/endpoint-policy$/, () => this.policy],
    [/^PATCH \/endpoint-policy$/, (_match, body) => (this.policy = { ...this.policy, ...body })],
    [/^GET \/model-configs$/, (_match, _body, query) => this.listed(query)],
    [/^POST \/model-configs$/, (_match, body) => this.create(body)],
    [/^POST \/model-configs\/test$/, () => this.test],
    [/^POST \/model-configs\/delete$/, (_match, body) => this.drop(body.ids)],
    [/^GET \/model-configs\/(\d+)$/, ([, id]) => this.detail(Number(id))],
    [/^PATCH \/model-configs\/(\d+)$/, ([, id], body) => this.change(Number(id), body)],
    [/^DELETE \/model-configs\/(\d+)$/, ([, id]) => this.drop([Number(id)])],
    [/^POST \/model-configs\/(\d+)\/duplicate$/, ([, id]) => this.duplicate(Number(id))],
    [/^POST \/model-configs\/(\d+)\/default$/, ([, id]) => this.makeDefault(Number(id))],
    [
      /^GET \/model-configs\/(\d+)\/versions$/,
      ([, id]) => page([...(this.versions.get(Number(id)) ?? [])].reverse())
    ],
    [/^POST \/model-configs\/(\d+)\/rollback$/, ([, id], body) => this.rollback(Number(id), body.version)]
  ];

  private answer(request: string, init: RequestOptions, query: URLSearchParams): Response {
    for (const [pattern, handler] of this.routes) {
      const match = request.match(pattern);
      const value = match && handler(match, init.body, query);
      if (match) {
        return value === undefined ? new Response(null, { status: 204 }) : json(value);
      }
    }
    return problem(404, { code: 'not_found', detail: `no ${request}`, remedy: '' });
  }

  private listed(query: URLSearchParams): unknown {
    const q = (query.get('q') ?? '').toLowerCase();
    const providerId = query.get('provider_id');
    const sort = query.get('sort') ?? '-updated_at';
    const found = this.configs
      .filter(config => `${config.name} ${config.model}`.toLowerCase().includes(q))
      .filter(config => !providerId || config.provider_id === providerId);
    if (sort.endsWith('name')) {
      found.sort((a, b) => a.name.localeCompare(b.name) * (sort.startsWith('-') ? -1 : 1));
    }
    const start = Number(query.get('cursor') ?? 0);
    const limit = Number(query.get('limit') ?? 50);
    const end = start + limit;
    return {
      items: found.slice(start, end),
      next: end < found.length ? `${end}` : null,
      total: found.length
    };
  }

  private create(body: ModelConfigInput): ModelConfig {
    const { api_key: key, ...fields } = body;
    return this.add({ ...(fields as Partial<ModelConfig>), api_key_hint: key ? key.slice(-4) : null });
  }

  private change(id: number, body: ModelConfigInput): ModelConfig {
    const { api_key: key, ...fields } = body;
    const before = this.find(id);
    const hint = key === undefined ? before.api_key_hint : key ? key.slice(-4) : null;
    const after = {
      ...before,
      ...(fields as Partial<ModelConfig>),
      api_key_hint: hint,
      version: before.version + 1
    };
    this.put(after);
    return after;
  }

  private rollback(id: number, version: number): ModelConfig {
    const kept = this.versions.get(id)?.find(one => one.version === version)?.data ?? {};
    const after = { ...this.find(id), ...kept, version: this.find(id).version + 1 };
    this.put(after);
    return after;
  }

  private duplicate(id: number): ModelConfig {
    const fields: Partial<ModelConfig> = { ...this.find(id) };
    delete fields.id;
    return this.add({ ...fields, name: `${fields.name} (copy)`, is_default: false });
  }

  private makeDefault(id: number): undefined {
    this.configs = this.configs.map(config => ({ ...config, is_default: config.id === id }));
    return undefined;
  }

  private drop(ids: number[]): undefined {
    this.configs = this.configs.filter(config => !ids.includes(config.id));
    return undefined;
  }

  private addModel(id: string, body: Partial<ProviderModel>): ProviderModel {
    const added = {
      ...model(body.id ?? '', body.capabilities ?? ['chat'], null, null, null),
      source: 'manual'
    };
    this.models[id] = [...(this.models[id] ?? []), added];
    return added;
  }

  private detail(id: number): unknown {
    return { ...this.find(id), used_by: { sessions: this.used[id] ?? 0 } };
  }

  private find(id: number): ModelConfig {
    const config = this.configs.find(one => one.id === id);
    if (!config) {
      throw new Error(`no configuration ${id}`);
    }
    return config;
  }

  private put(config: ModelConfig): void {
    this.configs = this.configs.map(one => (one.id === config.id ? config : one));
    this.versions.set(config.id, [...(this.versions.get(config.id) ?? []), versionOf(config)]);
  }
}

const TEMPLATES = [
  { id: 'precise', name: 'Precise', parameters: { temperature: 0.2, top_p: 0.9 } },
  { id: 'balanced', name: 'Balanced', parameters: { temperature: 0.7, top_p: 0.95 } },
  { id: 'creative', name: 'Creative', parameters: { temperature: 1.1, top_p: 1 } },
  { id: 'code', name: 'Code', parameters: { temperature: 0, top_p: 1 } }
];

/** Return a provider preset. */
export function provider(
  id: string,
  name: string,
  kind: Provider['kind'],
  endpoint: string | null,
  needsKey = false
): Provider {
  return {
    id,
    name,
    icon: id,
    kind,
    protocol: 'openai',
    default_endpoint: endpoint,
    needs_key: needsKey,
    has_org_key: false,
    enabled: true,
    models_endpoint: null,
    docs_url: null,
    capabilities: ['chat']
  } as Provider;
}

/** Return a model as a provider lists it. */
export function model(
  id: string,
  capabilities: string[],
  context: number | null,
  size: string | null,
  quantization: string | null
): ProviderModel {
  return {
    id,
    name: id,
    capabilities,
    context_length: context,
    parameter_size: size,
    quantization,
    available: true,
    source: 'live'
  };
}

/** Return a problem as the server writes it. */
export function problem(status: number, fields: object): Response {
  return new Response(
    JSON.stringify({ status, title: 'Problem', errors: [], request_id: 'r-1', ...fields }),
    {
      status,
      headers: { 'Content-Type': 'application/problem+json' }
    }
  );
}

function json(value: unknown): Response {
  return new Response(JSON.stringify(value), { headers: { 'Content-Type': 'application/json' } });
}

function page<T>(items: T[]): unknown {
  return { items, next: null, total: items.length };
}

function me(): unknown {
  const scopes = ['use', 'train', 'admin'].map(name => `custom:llmops:${name}`);
  return { name: 'owner', display_name: 'Owner', scopes, mode: 'local', settings: {} };
}

function blankConfig(id: number): ModelConfig {
  return {
    id,
    name: `Model ${id}`,
    notes: '',
    provider_id: 'ollama',
    endpoint: 'http://localhost:11434',
    model: 'llama3.2:3b',
    api_key_hint: null,
    parameters: {},
    system_prompt: '',
    is_default: false,
    version: 1,
    groups: [],
    demo: false,
    created_at: '2026-11-22T10:00:00Z',
    updated_at: '2026-11-22T10:00:00Z',
    last_test: null
  } as ModelConfig;
}

function versionOf(config: ModelConfig): ModelConfigVersion {
  const { name, notes, provider_id, endpoint, model: name_, parameters, system_prompt } = config;
  const data = { name, notes, provider_id, endpoint, model: name_, parameters, system_prompt };
  return { version: config.version, changed_at: '2026-11-22T10:00:00Z', data };
}
