import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestOptions } from '../api/transport';
import { pageTransport } from './transport';

const fetched = vi.fn(async (_url: string, _init: RequestInit) => new Response('{}', { status: 201 }));

beforeEach(() => void vi.stubGlobal('fetch', fetched.mockClear()));
afterEach(() => vi.unstubAllGlobals());

/** Send one request and give back what reached the network. */
async function sent(options?: RequestOptions, language = () => 'en') {
  const response = await pageTransport('/user/ann/', 'token-1', language)('/me?x=1', options);
  const [url, init] = fetched.mock.calls.at(-1)!;
  return { url, init, headers: new Headers(init.headers), response };
}

describe('pageTransport', () => {
  it('UI-2 asks below the base URL with the cookie and the XSRF token', async () => {
    const { url, init, headers, response } = await sent();
    expect(url).toBe('/user/ann/llmops/api/v1/me?x=1');
    expect(init).toMatchObject({ method: 'GET', credentials: 'same-origin', body: undefined });
    expect(headers.get('X-XSRFToken')).toBe('token-1');
    expect(headers.has('Content-Type')).toBe(false);
    expect(response.status).toBe(201);
  });

  it('UI-2 writes the body as JSON, even a false one', async () => {
    const { init, headers } = await sent({ method: 'PATCH', body: false });
    expect(init).toMatchObject({ method: 'PATCH', body: 'false' });
    expect(headers.get('Content-Type')).toBe('application/json');
  });

  it('CHAT-8 sends a file as it is, under the type the caller names', async () => {
    const raw = new Blob(['zip']);
    const { init, headers } = await sent({
      method: 'POST',
      raw,
      headers: { 'Content-Type': 'application/zip' }
    });
    expect(init.body).toBe(raw);
    expect(headers.get('Content-Type')).toBe('application/zip');
  });

  it('UI-5 asks in the language of the moment', async () => {
    const languages = ['en', 'zh-CN'];
    const next = () => languages.shift()!;
    expect((await sent({}, next)).headers.get('Accept-Language')).toBe('en');
    expect((await sent({}, next)).headers.get('Accept-Language')).toBe('zh-CN');
  });

  it('CHAT-2 passes the signal on, so that a request can be stopped', async () => {
    const { signal } = new AbortController();
    expect((await sent({ signal })).init.signal).toBe(signal);
  });
});
