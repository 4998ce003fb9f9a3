import { RequestOptions, Transport } from '../api/transport';
import { GenerationEvents, Message, ModelConfig, Session } from '../api/types';

type EventName = keyof GenerationEvents;
export type Scripted = { [K in EventName]: [K, GenerationEvents[K]] }[EventName];

/** When a stream breaks: after so many bytes, by an error or by a clean end that came too early. */
export interface Cut {
  bytes: number;
  how: 'error' | 'end';
}

interface Log {
  frames: Uint8Array[];
  closed: boolean;
  waiting: Set<() => void>;
}

const encoder = new TextEncoder();

/** A chat server in memory that behaves as ours does on the wire, and breaks where the test says. */
export class FakeChatServer {
  readonly sessions = new Map<number, Session>();
  readonly messages = new Map<number, Message>();
  readonly requests: { method: string; path: string; body: unknown }[] = [];
  readonly configs: ModelConfig[] = [];
  /** Breaks of the next event streams, in order; streams after the last one hold. */
  cuts: Cut[] = [];
  /** Events already gone from the log when somebody attaches again: a replay is sent instead. */
  forgetful = false;
  /** Answers that refuse the next requests to a path, by `METHOD /path`. */
  readonly refusals = new Map<string, () => Response>();
  private readonly logs = new Map<number, Log>();
  private script: Scripted[] = [];
  private nextId = 1;

  constructor() {
    this.configs.push(config(1, 'demo'));
  }

  readonly transport: Transport = (path, init = {}) => {
    const method = init.method ?? 'GET';
    this.requests.push({ method, path, body: init.body });
    if (init.signal?.aborted) {
      return Promise.reject(new DOMException('aborted', 'AbortError'));
    }
    const key = `${method} ${path.split('?')[0]}`;
    const refusal = this.refusals.get(key);
    if (refusal) {
      this.refusals.delete(key);
      return Promise.resolve().then(refusal);
    }
    return Promise.resolve().then(() => this.answer(method, path, init));
  };

  /** Events of the next answer. With `done` among them it ends at once, without it stays open. */
  willAnswer(...script: Scripted[]): void {
    this.script = script;
  }

  addSession(changes: Partial<Session> = {}): Session {
    const id = changes.id ?? this.nextId++;
    const session = { ...blankSession(id), ...changes, id };
    this.sessions.set(id, session);
    return session;
  }

  addMessage(sessionId: number, changes: Partial<Message>): Message {
    const id = this.nextId++;
    const session = this.sessions.get(sessionId)!;
    const parent = changes.parent_id === undefined ? session.current_message_id : changes.parent_id;
    const message = { ...blankMessage(id, sessionId), ...changes, id, parent_id: parent };
    this.messages.set(id, message);
    session.current_message_id = id;
    session.message_count++;
    return message;
  }

  /** Begin an answer that events are emitted into by hand. */
  beginAnswer(sessionId: number, parentId?: number | null): Message {
    const message = this.addMessage(sessionId, {
      role: 'assistant',
      status: 'streaming',
      parent_id: parentId
    });
    this.logs.set(message.id, { frames: [], closed: false, waiting: new Set() });
    const start = { message_id: message.id, user_message_id: message.parent_id, model: 'demo-model' };
    this.emit(message.id, 'start', start);
    return message;
  }

  emit<K extends EventName>(messageId: number, type: K, data: GenerationEvents[K]): void {
    const log = this.logs.get(messageId)!;
    log.frames.push(frame(log.frames.length + 1, type, data));
    this.record(this.messages.get(messageId)!, [type, data] as Scripted);
    if (type === 'done') {
      log.closed = true;
    }
    log.waiting.forEach(wake => wake());
    log.waiting.clear();
  }

  /** The branch that is shown, root first. */
  branch(sessionId: number): Message[] {
    const path: Message[] = [];
    for (let id = this.sessions.get(sessionId)?.current_message_id ?? null; id !== null;) {
      const message: Message = this.messages.get(id)!;
      path.unshift({ ...message, siblings: this.siblings(message) });
      id = message.parent_id;
    }
    return path;
  }

  private record(message: Message, [type, data]: Scripted): void {
    if (type === 'thinking') {
      message.thinking += data.text;
    } else if (type === 'answer') {
      message.content += data.text;
    } else if (type === 'retag') {
      message.thinking += message.content;
      message.content = '';
    } else if (type === 'notice') {
      message.notices = [...message.notices, data.text];
    } else if (type === 'error') {
      message.error = data;
    } else if (type === 'done') {
      message.status = data.status;
      message.finish_reason = data.finish_reason;
    }
  }

  private siblings(message: Message): number[] {
    return [...this.messages.values()]
      .filter(
        one =>
          one.session_id === message.session_id &&
          one.parent_id === message.parent_id &&
          one.role === message.role
      )
      .map(one => one.id);
  }

  private answer(method: string, path: string, init: RequestOptions): Response {
    const [place, query = ''] = path.split('?');
    const params = new URLSearchParams(query);
    const body = (init.body ?? {}) as Record<string, unknown>;
    const routes: [string, RegExp, (id: number) => Response][] = [
      [
        'GET',
        /^\/me$/,
        () => json({ name: 'me', display_name: 'Me', scopes: [], mode: 'local', settings: {} })
      ],
      ['PATCH', /^\/me\/settings$/, () => json(body)],
      [
        'GET',
        /^\/model-configs$/,
        () => json({ items: this.configs, next: null, total: this.configs.length })
      ],
      ['GET', /^\/providers$/, () => json({ items: [], next: null, total: 0 })],
      ['GET', /^\/chat\/sessions$/, () => this.list(params)],
      ['POST', /^\/chat\/sessions$/, () => json(this.addSession(body), 201)],
      ['GET', /^\/chat\/search$/, () => this.search(params.get('q') ?? '')],
      ['GET', /^\/chat\/sessions\/(\d+)$/, id => json(this.session(id))],
      ['PATCH', /^\/chat\/sessions\/(\d+)$/, id => this.change(id, body)],
      ['DELETE', /^\/chat\/sessions\/(\d+)$/, id => this.remove([id])],
      ['POST', /^\/chat\/sessions\/delete$/, () => this.remove(body.ids as number[])],
      ['POST', /^\/chat\/sessions\/(\d+)\/restore$/, id => this.change(id, { deleted_at: null })],
      ['POST', /^\/chat\/sessions\/(\d+)\/clear$/, id => this.change(id, { current_message_id: null })],
      [
        'GET',
        /^\/chat\/sessions\/(\d+)\/messages$/,
        id => json({ items: this.branch(id), next: null, total: 1 })
      ],
      ['POST', /^\/chat\/sessions\/(\d+)\/messages$/, id => this.ask(id, body, init)],
      ['GET', /^\/chat\/sessions\/(\d+)\/export$/, () => new Response('# chat')],
      ['POST', /^\/chat\/messages\/(\d+)\/regenerate$/, id => this.regenerate(id, init)],
      ['GET', /^\/chat\/messages\/(\d+)\/events$/, id => this.stream(id, Number(params.get('after')), init)],
      ['POST', /^\/chat\/messages\/(\d+)\/stop$/, id => this.stop(id)],
      ['PATCH', /^\/chat\/messages\/(\d+)$/, id => json(Object.assign(this.messages.get(id)!, body))]
    ];
    for (const [verb, pattern, handle] of routes) {
      const match = verb === method && pattern.exec(place);
      if (match) {
        return handle(Number(match[1]));
      }
    }
    return problem(404, 'not_found', `${method} ${place}`);
  }

  private session(id: number): Session {
    const streaming = [...this.messages.values()].some(
      one => one.session_id === id && one.status === 'streaming'
    );
    return { ...this.sessions.get(id)!, streaming };
  }

  private list(params: URLSearchParams): Response {
    const q = (params.get('q') ?? '').toLowerCase();
    const limit = Number(params.get('limit')) || 50;
    const from = Number(params.get('cursor')) || 0;
    const fitting = [...this.sessions.values()]
      .filter(one => !!one.deleted_at === (params.get('trash') === 'true'))
      .filter(one => one.archived === (params.get('archived') === 'true') || !!one.deleted_at)
      .filter(one => one.title.toLowerCase().includes(q))
      .sort(
        (a, b) =>
          Number(b.pinned) - Number(a.pinned) || b.updated_at.localeCompare(a.updated_at) || b.id - a.id
      );
    const next = from + limit < fitting.length ? String(from + limit) : null;
    return json({ items: fitting.slice(from, from + limit), next, total: fitting.length });
  }

  private search(q: string): Response {
    const items = [...this.messages.values()]
      .filter(message => message.content.includes(q))
      .map(message => {
        const [before, ...after] = message.content.split(q);
        return {
          session_id: message.session_id,
          session_title: this.sessions.get(message.session_id)!.title,
          message_id: message.id,
          role: message.role,
          snippet: [
            { text: before, hit: false },
            { text: q, hit: true },
            { text: after.join(q), hit: false }
          ],
          created_at: message.created_at
        };
      });
    return json({ items, next: null, total: items.length });
  }

  private change(id: number, changes: Record<string, unknown>): Response {
    const session = this.sessions.get(id)!;
    Object.assign(session, changes);
    if (typeof changes.current_message_id === 'number') {
      session.current_message_id = this.newestLeaf(changes.current_message_id);
    }
    return json({ ...session });
  }

  private newestLeaf(id: number): number {
    const children = [...this.messages.values()].filter(one => one.parent_id === id);
    return children.length ? this.newestLeaf(children.at(-1)!.id) : id;
  }

  private remove(ids: number[]): Response {
    for (const id of ids) {
      this.sessions.get(id)!.deleted_at = '2026-11-22T12:00:00Z';
    }
    return new Response(null, { status: 204 });
  }

  private ask(sessionId: number, body: Record<string, unknown>, init: RequestOptions): Response {
    const parent = body.parent_id === undefined ? undefined : (body.parent_id as number) || null;
    this.addMessage(sessionId, { role: 'user', content: body.content as string, parent_id: parent });
    return this.generate(sessionId, undefined, init);
  }

  private regenerate(id: number, init: RequestOptions): Response {
    const old = this.messages.get(id)!;
    return this.generate(old.session_id, old.parent_id, init);
  }

  private generate(sessionId: number, parentId: number | null | undefined, init: RequestOptions): Response {
    const message = this.beginAnswer(sessionId, parentId);
    for (const [type, data] of this.script) {
      this.emit(message.id, type, data);
    }
    return this.stream(message.id, 0, init);
  }

  private stop(id: number): Response {
    if (this.messages.get(id)!.status === 'streaming') {
      this.emit(id, 'done', { status: 'stopped', finish_reason: null });
    }
    return new Response(null, { status: 204 });
  }

  private stream(id: number, after: number, { signal }: RequestOptions): Response {
    const log = this.logs.get(id);
    if (!log) {
      return problem(404, 'not_found', 'no such answer');
    }
    const lost = this.forgetful && after > 0;
    let position = lost ? log.frames.length : after;
    const pending = lost ? this.replay(id, log) : [];
    const cut = this.cuts.shift();
    let left = cut?.bytes ?? Infinity;
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
      pending.push(...log.frames.slice(position));
      position = log.frames.length;
      const next = pending.shift();
      if (next && next.length < left) {
        left -= next.length;
        controller.enqueue(next);
      } else if (next) {
        controller.enqueue(next.slice(0, left));
        // what is enqueued must be read before the break, as it is on a real connection
        setTimeout(() => (cut?.how === 'end' ? controller.close() : controller.error(new TypeError('cut'))));
        return new Promise(() => undefined);
      } else if (log.closed) {
        controller.close();
      } else {
        await new Promise<void>(resolve => {
          log.waiting.add(resolve);
          signal?.addEventListener('abort', () => {
            controller.error(new DOMException('aborted', 'AbortError'));
            resolve();
          });
        });
        if (!signal?.aborted) {
          await pull(controller);
        }
      }
    };
    const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 });
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
  }

  /** What our server sends to who asks for events it no longer has. */
  private replay(id: number, log: Log): Uint8Array[] {
    const { content, thinking, parent_id } = this.messages.get(id)!;
    const first = log.frames.length + 1;
    const start = { message_id: id, user_message_id: parent_id, model: 'demo-model', reset: true };
    const frames = [
      frame(first, 'start', start),
      frame(first + 1, 'thinking', { text: thinking }),
      frame(first + 2, 'answer', { text: content })
    ];
    const done = log.closed ? [log.frames.at(-1)!] : [];
    // numbers go on increasing for who reads the replay; places in the log stay what they are
    log.frames.push(...frames.map(() => new Uint8Array()));
    if (done.length) {
      const { status, finish_reason } = this.messages.get(id)!;
      const last = frame(log.frames.length + 1, 'done', { status, finish_reason });
      log.frames.push(new Uint8Array());
      return [...frames, last];
    }
    return frames;
  }
}

function frame(id: number, type: string, data: unknown): Uint8Array {
  return encoder.encode(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
}

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json' } });
}

export function problem(status: number, code: string, detail: string, remedy = ''): Response {
  const body = { title: code, status, detail, code, errors: [], remedy, request_id: 'req-1' };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/problem+json' }
  });
}

export function blankSession(id: number): Session {
  return {
    id,
    title: `Chat ${id}`,
    model_config_id: 1,
    model: 'demo-model',
    provider_id: 'embedded',
    prompt_ids: [],
    system_prompt: '',
    pinned: false,
    archived: false,
    deleted_at: null,
    message_count: 0,
    current_message_id: null,
    streaming: false,
    created_at: '2026-11-22T10:00:00Z',
    updated_at: '2026-11-22T10:00:00Z'
  };
}

export function blankMessage(id: number, sessionId: number): Message {
  return {
    id,
    session_id: sessionId,
    parent_id: null,
    role: 'user',
    content: '',
    thinking: '',
    thinking_ms: null,
    status: 'complete',
    model: '',
    model_config_id: 1,
    provider_id: 'embedded',
    parameters: {},
    usage: null,
    ttft_ms: null,
    total_ms: null,
    finish_reason: null,
    error: null,
    notices: [],
    rating: 0,
    images: [],
    siblings: [id],
    created_at: '2026-11-22T10:00:00Z'
  };
}

export function config(id: number, name: string, changes: Partial<ModelConfig> = {}): ModelConfig {
  return {
    id,
    name,
    notes: '',
    provider_id: 'embedded',
    endpoint: null,
    model: 'demo-model',
    api_key_hint: null,
    parameters: {},
    system_prompt: '',
    is_default: id === 1,
    version: 1,
    groups: [],
    demo: false,
    created_at: '2026-11-22T10:00:00Z',
    updated_at: '2026-11-22T10:00:00Z',
    last_test: null,
    ...changes
  };
}
