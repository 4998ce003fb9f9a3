import { describe, expect, it } from 'vitest';
import { problem } from '../testing/FakeChatServer';
import { encode, LLMOpsClient } from './client';
import { ApiError, NetworkError } from './errors';

const answering = (response: Response) => new LLMOpsClient(() => Promise.resolve(response));

describe('errors', () => {
  it('UI-6 carry what happened, what to do, and the request id', async () => {
    const client = answering(problem(401, 'provider_refused_key', 'Wrong key.', 'Check the key.'));
    await expect(client.me.get()).rejects.toMatchObject({
      message: 'Wrong key.',
      code: 'provider_refused_key',
      remedy: 'Check the key.',
      requestId: 'req-1'
    });
  });

  it('UI-6 find the message of a field', () => {
    const error = new ApiError('Bad', 'validation', 422, '', [{ field: 'name', message: 'Too long' }]);
    expect(error.field('name')).toBe('Too long');
    expect(error.field('model')).toBe('');
  });

  it('UI-6 survive an answer that is no problem+json', async () => {
    const client = answering(
      new Response('<html>Bad gateway</html>', { status: 502, statusText: 'Bad Gateway' })
    );
    await expect(client.me.get()).rejects.toMatchObject({
      status: 502,
      code: 'http_502',
      message: '502 Bad Gateway'
    });
  });

  it('UI-6 tell a connection that failed from a server that refused', async () => {
    const client = new LLMOpsClient(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(client.me.get()).rejects.toBeInstanceOf(NetworkError);
  });
});

describe('requests', () => {
  it('CHAT-8 reads the name of a file', async () => {
    const headers = {
      'Content-Disposition': `attachment; filename="a.md"; filename*=UTF-8''%E8%81%8A%E5%A4%A9.md`
    };
    const client = answering(new Response('x', { headers }));
    expect((await client.sessions.export(1, 'md')).filename).toBe('聊天.md');
  });

  it('CHAT-1 leaves out of the query what has no value', () => {
    expect(encode({ q: 'a b', limit: 50, cursor: undefined, archived: false, sort: '' })).toBe(
      '?q=a+b&limit=50&archived=false'
    );
  });

  it('CHAT-2 drops events it does not know', async () => {
    const text = 'event: weather\ndata: {}\n\nid: 3\nevent: done\ndata: {"status":"complete"}\n\n';
    const events = [];
    for await (const event of answering(new Response(text)).messages.events(1, 0)) {
      events.push(event.type);
    }
    expect(events).toEqual(['done']);
  });
});
