import { ServerConnection } from '@jupyterlab/services';
import { describe, expect, it, vi } from 'vitest';
import { RequestOptions } from '../api/transport';
import { labTransport } from './transport';

/** Send one request and give back what reached the network. */
async function sent(path: string, options?: RequestOptions, language = 'en') {
  const fetch = vi.fn(async (_request: RequestInfo) => new Response('{}'));
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://hub.test/user/ann/',
    token: 'secret',
    appendToken: false,
    fetch
  });
  const response = await labTransport(settings, () => language)(path, options);
  return { request: fetch.mock.calls[0][0] as Request, response };
}

describe('labTransport', () => {
  it('UI-1 asks below the base URL of the server, with its token', async () => {
    const { request, response } = await sent('/me?x=1');
    // JupyterLab adds a number to the query against caches
    expect(request.url).toMatch(/^http:\/\/hub\.test\/user\/ann\/llmops\/api\/v1\/me\?x=1(&\d+)?$/);
    expect(request.method).toBe('GET');
    expect(request.headers.get('Authorization')).toBe('token secret');
    expect(await response.json()).toEqual({});
  });

  it('UI-1 writes the body as JSON', async () => {
    const { request } = await sent('/chat/sessions', { method: 'POST', body: { title: '标题' } });
    expect(request.method).toBe('POST');
    expect(request.headers.get('Content-Type')).toBe('application/json');
    expect(await request.json()).toEqual({ title: '标题' });
  });

  it('CHAT-8 sends a file as it is, under the type the caller names', async () => {
    // Node's Request does not know the Blob of jsdom
    const raw = new TextEncoder().encode('zip') as unknown as Blob;
    const options = {
      method: 'POST',
      raw,
      headers: { 'Content-Type': 'application/zip' }
    };
    const { request } = await sent('/chat/import', options);
    expect(request.headers.get('Content-Type')).toBe('application/zip');
    expect(await request.text()).toBe('zip');
  });

  it('UI-5 asks for the answer in the language shown', async () => {
    const { request } = await sent('/me', {}, 'zh-CN');
    expect(request.headers.get('Accept-Language')).toBe('zh-CN');
  });

  it('CHAT-2 passes the signal on, so that a request can be stopped', async () => {
    // asked of JupyterLab's function: Node's Request does not know the AbortSignal of jsdom
    const ask = vi.spyOn(ServerConnection, 'makeRequest').mockResolvedValue(new Response('{}'));
    const { signal } = new AbortController();
    const settings = ServerConnection.makeSettings({ baseUrl: 'http://hub.test/' });
    await labTransport(settings, () => 'en')('/me', { signal });
    expect(ask.mock.calls[0][1].signal).toBe(signal);
    ask.mockRestore();
  });
});
