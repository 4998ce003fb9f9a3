import { RequestOptions, Transport } from '../api/transport';

/** The part of anywidget's model that carries messages. */
export interface WidgetModel {
  send(message: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(event: 'msg:custom', listener: Listener): void;
  off(event: 'msg:custom', listener: Listener): void;
}

/** A message of the kernel; bytes that are no text come in the buffers. */
export type Listener = (message: KernelMessage, buffers: DataView[]) => void;

/** What the kernel answers to `{kind: "request", id, …}`. */
export type KernelMessage =
  | { kind: 'head'; id: string; status: number; headers: Record<string, string> }
  | { kind: 'chunk'; id: string; n: number; text: string }
  | { kind: 'end'; id: string; n: number }
  | { kind: 'error'; id: string; message: string };

let requests = 0;

/**
 * Reach the server through the kernel, which holds the token; each answer becomes a real Response.
 *
 * Jupyter Server drops messages of a kernel that sends too many. Chunks are numbered, so a loss breaks
 * the body; whoever reads the stream then resumes it with the id of the last event.
 */
export function widgetTransport(model: WidgetModel): Transport {
  return (path, options = {}) =>
    new Promise<Response>((resolve, reject) => {
      const exchange = new Exchange(model, `${Date.now()}-${++requests}`, resolve, reject);
      exchange.start(path, options).catch(reject);
    });
}

/** One request and its answer. */
class Exchange {
  private body: ReadableStreamDefaultController<Uint8Array> | null = null;
  private readonly encoder = new TextEncoder();
  private expected = 0;
  private readonly listener: Listener = (message, buffers) => this.receive(message, buffers);
  private signal: AbortSignal | undefined;
  private readonly aborted = () => this.abort();

  constructor(
    private readonly model: WidgetModel,
    private readonly id: string,
    private readonly resolve: (response: Response) => void,
    private readonly reject: (reason: unknown) => void
  ) {}

  async start(path: string, { method, body, headers, signal, raw }: RequestOptions): Promise<void> {
    const buffers = raw ? [await raw.arrayBuffer()] : [];
    this.signal = signal;
    if (signal?.aborted) {
      this.reject(abortError());
      return;
    }
    signal?.addEventListener('abort', this.aborted);
    this.model.on('msg:custom', this.listener);
    const request = { kind: 'request', id: this.id, method: method ?? 'GET', path, headers: headers ?? {} };
    this.model.send({ ...request, body: body ?? null }, undefined, buffers);
  }

  private receive(message: KernelMessage, buffers: DataView[]): void {
    if (message.id !== this.id) {
      return;
    }
    switch (message.kind) {
      case 'head':
        return this.open(message.status, message.headers);
      case 'chunk':
        return this.append(message.n, buffers[0] ? bytesOf(buffers[0]) : this.encoder.encode(message.text));
      case 'end':
        return message.n === this.expected ? this.finish() : this.fail(lost());
      case 'error':
        return this.fail(new TypeError(message.message));
    }
  }

  private open(status: number, headers: Record<string, string>): void {
    const stream = new ReadableStream<Uint8Array>({
      start: controller => {
        this.body = controller;
      },
      cancel: () => this.cancel()
    });
    // a Response of these has no body by definition
    const empty = status === 204 || status === 304;
    this.resolve(new Response(empty ? null : stream, { status, headers }));
  }

  private append(n: number, bytes: Uint8Array): void {
    if (n !== this.expected) {
      this.fail(lost());
      return;
    }
    this.expected += 1;
    this.body?.enqueue(bytes);
  }

  private finish(): void {
    this.forget();
    this.body?.close();
  }

  private fail(reason: unknown): void {
    this.cancel();
    this.reject(reason);
    this.body?.error(reason);
  }

  private abort(): void {
    this.fail(abortError());
  }

  /** Tell the kernel that nobody reads any more. */
  private cancel(): void {
    this.forget();
    this.model.send({ kind: 'abort', id: this.id });
  }

  private forget(): void {
    this.model.off('msg:custom', this.listener);
    this.signal?.removeEventListener('abort', this.aborted);
  }
}

const bytesOf = (view: DataView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
// fetch() reports a broken connection as a TypeError; readers of the stream resume on it.
const lost = () => new TypeError('messages of the kernel were lost');
const abortError = () => new DOMException('The request was aborted.', 'AbortError');
