import { describe, expect, it, vi } from 'vitest';
import { RequestOptions } from '../api/transport';
import { KernelMessage, Listener, WidgetModel, widgetTransport } from './transport';

interface Sent {
  kind: 'request' | 'abort';
  id: string;
  [field: string]: unknown;
}

type Answer = KernelMessage extends infer Message
  ? Message extends KernelMessage
    ? Omit<Message, 'id'>
    : never
  : never;

/** Plays the kernel's side of a widget: keeps what it was sent, and answers when told to. */
class FakeKernel implements WidgetModel {
  readonly sent: Sent[] = [];
  readonly buffers: ArrayBuffer[][] = [];
  readonly listeners = new Set<Listener>();

  send(message: unknown, _callbacks?: unknown, buffers: ArrayBuffer[] = []): void {
    this.sent.push(message as Sent);
    this.buffers.push(buffers);
  }

  on(_event: 'msg:custom', listener: Listener): void {
    this.listeners.add(listener);
  }

  off(_event: 'msg:custom', listener: Listener): void {
    this.listeners.delete(listener);
  }

  /** Answer the newest request, or the one with this id. */
  answer(message: Answer, buffers: DataView[] = [], id = this.id): void {
    [...this.listeners].forEach(listener => listener({ ...message, id } as KernelMessage, buffers));
  }

  get id(): string {
    return this.sent.filter(message => message.kind === 'request').at(-1)?.id ?? '';
  }

  get aborted(): string[] {
    return this.sent.filter(message => message.kind === 'abort').map(message => message.id);
  }
}

const HEAD: Answer = { kind: 'head', status: 200, headers: { 'content-type': 'text/event-stream' } };

function request(options?: RequestOptions, path = '/me') {
  const kernel = new FakeKernel();
  return { kernel, response: widgetTransport(kernel)(path, options) };
}

/** A request whose answer has begun. */
async function begun(options?: RequestOptions) {
  const { kernel, response } = request(options);
  kernel.answer(HEAD);
  return { kernel, response: await response };
}

describe('widgetTransport', () => {
  it('UI-3 asks the kernel, and makes a real Response of its answer', async () => {
    const { kernel, response } = request({
      method: 'POST',
      body: { title: 'x' },
      headers: { Accept: 'a/b' }
    });
    expect(kernel.sent).toEqual([
      {
        kind: 'request',
        id: kernel.id,
        method: 'POST',
        path: '/me',
        headers: { Accept: 'a/b' },
        body: { title: 'x' }
      }
    ]);
    kernel.answer({ kind: 'head', status: 201, headers: { 'content-type': 'application/json' } });
    kernel.answer({ kind: 'chunk', n: 0, text: '{"id": 7}' });
    kernel.answer({ kind: 'end', n: 1 });
    const answer = await response;
    expect(answer).toBeInstanceOf(Response);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('Content-Type')).toBe('application/json');
    expect(await answer.json()).toEqual({ id: 7 });
  });

  it('UI-3 asks with GET and nothing else when no options are given', () => {
    const { kernel } = request();
    expect(kernel.sent[0]).toMatchObject({ method: 'GET', headers: {}, body: null });
    expect(kernel.buffers[0]).toEqual([]);
  });

  it('UI-3 hands on each chunk as it comes, before the answer has ended', async () => {
    const { kernel, response } = await begun();
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    kernel.answer({ kind: 'chunk', n: 0, text: 'data: 你' });
    expect((await reader.read()).value).toBe('data: 你');
    kernel.answer({ kind: 'chunk', n: 1, text: '好\n\n' });
    expect((await reader.read()).value).toBe('好\n\n');
    kernel.answer({ kind: 'end', n: 2 });
    expect((await reader.read()).done).toBe(true);
  });

  it('UI-3 takes bytes that are no text from the buffers, only the part that is theirs', async () => {
    const { kernel, response } = await begun();
    const whole = new Uint8Array([9, 9, 0xff, 0xd8, 0x00, 9]).buffer;
    kernel.answer({ kind: 'chunk', n: 0, text: '' }, [new DataView(whole, 2, 3)]);
    kernel.answer({ kind: 'end', n: 1 });
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0xff, 0xd8, 0x00]);
  });

  it('UI-3 sends raw bytes as a buffer', async () => {
    const raw = { arrayBuffer: async () => new Uint8Array([1, 2, 3]).buffer } as Blob;
    const { kernel } = request({ method: 'POST', raw });
    await vi.waitFor(() => expect(kernel.sent).toHaveLength(1));
    expect(kernel.sent[0].body).toBeNull();
    expect([...new Uint8Array(kernel.buffers[0][0])]).toEqual([1, 2, 3]);
  });

  it('UI-3 gives an answer without a body where the status has none', async () => {
    const { kernel, response } = request({ method: 'DELETE' });
    kernel.answer({ kind: 'head', status: 204, headers: {} });
    kernel.answer({ kind: 'end', n: 0 });
    expect((await response).status).toBe(204);
    expect((await response).body).toBeNull();
  });

  it('UI-3 tells the answers of two requests apart', async () => {
    const kernel = new FakeKernel();
    const send = widgetTransport(kernel);
    const responses = [send('/one'), send('/two')];
    const ids = kernel.sent.map(message => message.id);
    expect(new Set(ids).size).toBe(2);
    ids.forEach(id => kernel.answer(HEAD, [], id));
    ids.forEach((id, index) => kernel.answer({ kind: 'chunk', n: 0, text: `answer ${index}` }, [], id));
    ids.forEach(id => kernel.answer({ kind: 'end', n: 1 }, [], id));
    const texts = await Promise.all(responses.map(async response => (await response).text()));
    expect(texts).toEqual(['answer 0', 'answer 1']);
  });

  it.each([
    ['a chunk is missing', { kind: 'chunk', n: 2, text: 'c' } as Answer],
    ['a chunk comes twice', { kind: 'chunk', n: 0, text: 'a' } as Answer],
    ['the end counts more chunks than came', { kind: 'end', n: 2 } as Answer]
  ])('CHAT-2 breaks the body as a cut connection does when %s', async (_case, wrong) => {
    const { kernel, response } = await begun();
    const text = response.text();
    kernel.answer({ kind: 'chunk', n: 0, text: 'a' });
    kernel.answer(wrong);
    await expect(text).rejects.toThrow(TypeError);
    await expect(text).rejects.toThrow('messages of the kernel were lost');
    expect(kernel.aborted).toEqual([kernel.id]);
    expect(kernel.listeners.size).toBe(0);
  });

  it('UI-3 rejects with the words of the kernel when it cannot reach the server', async () => {
    const { kernel, response } = request();
    kernel.answer({ kind: 'error', message: 'connection refused' });
    await expect(response).rejects.toThrow(new TypeError('connection refused'));
    expect(kernel.listeners.size).toBe(0);
  });

  it('CHAT-2 breaks the body when the kernel loses the server midway', async () => {
    const { kernel, response } = await begun();
    const text = response.text();
    kernel.answer({ kind: 'chunk', n: 0, text: 'half' });
    kernel.answer({ kind: 'error', message: 'connection reset' });
    await expect(text).rejects.toThrow(new TypeError('connection reset'));
    expect(kernel.listeners.size).toBe(0);
  });

  it('CHAT-2 asks nothing for a signal that was aborted before', async () => {
    const { kernel, response } = request({ signal: AbortSignal.abort() });
    await expect(response).rejects.toMatchObject({ name: 'AbortError' });
    expect(kernel.sent).toEqual([]);
    expect(kernel.listeners.size).toBe(0);
  });

  it('CHAT-2 tells the kernel when the request is aborted before it is answered', async () => {
    const stop = new AbortController();
    const { kernel, response } = request({ signal: stop.signal });
    stop.abort();
    await expect(response).rejects.toMatchObject({ name: 'AbortError' });
    expect(kernel.aborted).toEqual([kernel.id]);
    expect(kernel.listeners.size).toBe(0);
  });

  it('CHAT-2 sends no request that was aborted while its bytes were read', async () => {
    const stop = new AbortController();
    let hand: (bytes: ArrayBuffer) => void = () => undefined;
    const bytes = new Promise<ArrayBuffer>(resolve => (hand = resolve));
    const raw = { arrayBuffer: () => bytes } as Blob;
    const { kernel, response } = request({ method: 'POST', raw, signal: stop.signal });
    stop.abort();
    hand(new ArrayBuffer(1));
    await expect(response).rejects.toMatchObject({ name: 'AbortError' });
    await bytes;
    expect(kernel.sent).toEqual([]);
    expect(kernel.listeners.size).toBe(0);
  });

  it('UI-6 says why bytes could not be read, instead of waiting for ever', async () => {
    const gone = new DOMException('The file is gone.', 'NotReadableError');
    const raw = { arrayBuffer: () => Promise.reject(gone) } as unknown as Blob;
    const { kernel, response } = request({ method: 'POST', raw });
    await expect(response).rejects.toBe(gone);
    expect(kernel.sent).toEqual([]);
    expect(kernel.listeners.size).toBe(0);
  });

  it('CHAT-2 tells the kernel when the request is aborted while the answer comes', async () => {
    const stop = new AbortController();
    const { kernel, response } = await begun({ signal: stop.signal });
    const text = response.text();
    kernel.answer({ kind: 'chunk', n: 0, text: 'half' });
    stop.abort();
    await expect(text).rejects.toMatchObject({ name: 'AbortError' });
    expect(kernel.aborted).toEqual([kernel.id]);
    expect(kernel.listeners.size).toBe(0);
  });

  it('CHAT-2 tells the kernel when the reader of the body goes away', async () => {
    const { kernel, response } = await begun();
    await response.body!.cancel();
    expect(kernel.aborted).toEqual([kernel.id]);
    expect(kernel.listeners.size).toBe(0);
  });

  it('UI-3 listens no more after the end, neither to the kernel nor to the signal', async () => {
    const stop = new AbortController();
    const { kernel, response } = await begun({ signal: stop.signal });
    expect(kernel.listeners.size).toBe(1);
    kernel.answer({ kind: 'end', n: 0 });
    expect(kernel.listeners.size).toBe(0);
    stop.abort();
    expect(kernel.aborted).toEqual([]);
    expect(await response.text()).toBe('');
  });
});
