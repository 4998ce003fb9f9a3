import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { LLMOpsClient } from '../api/client';
import { Cut, FakeChatServer, problem, Scripted } from '../testing/FakeChatServer';
import { ChatDrafts } from './ChatDrafts';
import { ConversationStore } from './ConversationStore';

const DONE: Scripted = ['done', { status: 'complete', finish_reason: 'stop' }];

function open(
  server: FakeChatServer,
  sessionId: number | null,
  storage: Storage | null = null
): ConversationStore {
  return new ConversationStore(new LLMOpsClient(server.transport), {
    sessionId,
    drafts: new ChatDrafts(storage),
    schedule: callback => {
      const timer = setTimeout(callback);
      return () => clearTimeout(timer);
    },
    pause: () => Promise.resolve()
  });
}

function withSession(): { server: FakeChatServer; store: ConversationStore; id: number } {
  const server = new FakeChatServer();
  const { id } = server.addSession();
  return { server, store: open(server, id), id };
}

function last(store: ConversationStore) {
  return store.getSnapshot().messages.at(-1)!;
}

async function sent(store: ConversationStore, text: string): Promise<void> {
  store.setDraft(text);
  await store.send();
}

describe('sending', () => {
  it('CHAT-2 shows my message at once and the answer as it comes', async () => {
    const { server, store, id } = withSession();
    await store.load();
    store.setDraft('Hello');
    void store.send();
    expect(store.getSnapshot().messages[0].content).toBe('Hello');
    expect(store.getSnapshot().draft).toBe('');
    await vi.waitFor(() => expect(store.getSnapshot().stream?.messageId).toBeGreaterThan(0));
    const answer = server.branch(id)[1];
    server.emit(answer.id, 'thinking', { text: 'hm' });
    await vi.waitFor(() => expect(store.getSnapshot().stream?.phase).toBe('thinking'));
    server.emit(answer.id, 'answer', { text: 'Hi **you**' });
    await vi.waitFor(() => expect(last(store).content).toBe('Hi **you**'));
    server.emit(answer.id, 'done', { status: 'complete', finish_reason: 'stop' });
    await vi.waitFor(() => expect(store.getSnapshot().stream).toBeNull());
    expect(store.getSnapshot().messages.map(message => message.id)).toEqual(
      server.branch(id).map(message => message.id)
    );
  });

  it('CHAT-1 makes a session of a new chat at the first message', async () => {
    const server = new FakeChatServer();
    const store = open(server, null);
    server.willAnswer(['answer', { text: 'ok' }], DONE);
    await store.change({ model_config_id: 7, system_prompt: 'Be brief' });
    await sent(store, 'Hello');
    const made = server.requests.find(request => request.path === '/chat/sessions');
    expect(made?.body).toEqual({ model_config_id: 7, system_prompt: 'Be brief' });
    expect(store.getSnapshot().sessionId).toBe([...server.sessions.keys()][0]);
    expect(last(store).content).toBe('ok');
  });

  it('CHAT-2 gives text and images back when the server refuses them', async () => {
    const { server, store, id } = withSession();
    await store.load();
    server.refusals.set(`POST /chat/sessions/${id}/messages`, () =>
      problem(422, 'image_too_large', 'The image is too large.', 'Send a smaller one.')
    );
    store.attach({ key: 1, name: 'a.png', size: 1, media_type: 'image/png', data: 'AA', preview: 'data:' });
    await sent(store, 'Look');
    const state = store.getSnapshot();
    expect(state.draft).toBe('Look');
    expect(state.attachments).toHaveLength(1);
    expect(state.messages).toHaveLength(0);
    expect(state.sendProblem).toMatchObject({ code: 'image_too_large', remedy: 'Send a smaller one.' });
  });

  it('CHAT-2 keeps what I typed while a message failed', async () => {
    const { server, store, id } = withSession();
    await store.load();
    server.refusals.set(`POST /chat/sessions/${id}/messages`, () => problem(409, 'busy', 'Busy'));
    store.setDraft('first');
    const sending = store.send();
    store.setDraft('second');
    await sending;
    expect(store.getSnapshot().draft).toBe('first\n\nsecond');
  });

  it('LLM-6 sends the images with the message', async () => {
    const { server, store, id } = withSession();
    server.willAnswer(DONE);
    store.attach({ key: 1, name: 'a.png', size: 1, media_type: 'image/png', data: 'AA', preview: 'data:x' });
    await sent(store, 'Look');
    const request = server.requests.find(
      one => one.path === `/chat/sessions/${id}/messages` && one.method === 'POST'
    );
    expect(request?.body).toEqual({ content: 'Look', images: [{ media_type: 'image/png', data: 'AA' }] });
  });

  it('CHAT-6 takes the title over when it comes with the answer', async () => {
    const { server, store } = withSession();
    await store.load();
    server.willAnswer(['answer', { text: 'ok' }], ['title', { title: 'Reading CSV' }], DONE);
    const titles: string[] = [];
    store.subscribe(() => titles.push(store.getSnapshot().session?.title ?? ''));
    await sent(store, 'Hello');
    expect(titles).toContain('Reading CSV');
  });
});

describe('following', () => {
  it('CHAT-2 attaches to an answer that is being written when the page is loaded', async () => {
    const { server, store, id } = withSession();
    server.addMessage(id, { role: 'user', content: 'Hello' });
    const answer = server.beginAnswer(id);
    server.emit(answer.id, 'answer', { text: 'One ' });
    await store.load();
    server.emit(answer.id, 'answer', { text: 'two' });
    server.emit(answer.id, 'done', { status: 'complete', finish_reason: 'stop' });
    await vi.waitFor(() => expect(store.getSnapshot().stream).toBeNull());
    expect(last(store)).toMatchObject({ content: 'One two', status: 'complete' });
  });

  it('CHAT-2 says that it reconnects and goes on with the event after the last one', async () => {
    const { server, store, id } = withSession();
    await store.load();
    server.cuts = [{ bytes: 200, how: 'error' }];
    server.willAnswer(
      ['answer', { text: 'One ' }],
      ['answer', { text: 'two ' }],
      ['answer', { text: 'three' }],
      DONE
    );
    const attempts: number[] = [];
    store.subscribe(() => attempts.push(store.getSnapshot().stream?.attempt ?? 0));
    await sent(store, 'Count');
    expect(Math.max(...attempts)).toBe(1);
    expect(last(store).content).toBe('One two three');
    const attach = server.requests.find(request => request.path.includes('/events?after='));
    expect(Number(attach?.path.split('after=')[1])).toBeGreaterThan(0);
    expect(server.branch(id)).toHaveLength(2);
  });

  it('CHAT-2 waits longer and longer while the server is away, and tries at once when asked to', async () => {
    const server = new FakeChatServer();
    const { id } = server.addSession();
    server.addMessage(id, { role: 'user', content: 'Hello' });
    const answer = server.beginAnswer(id);
    const delays: number[] = [];
    let wakeUp = (): void => undefined;
    const store = new ConversationStore(new LLMOpsClient(server.transport), {
      sessionId: id,
      drafts: new ChatDrafts(null),
      pause: (delay, wake) => {
        delays.push(delay);
        return new Promise(resolve => {
          wakeUp = resolve;
          wake(resolve);
        });
      }
    });
    const path = `GET /chat/messages/${answer.id}/events`;
    server.cuts = [{ bytes: 40, how: 'end' }];
    await store.load();
    for (let attempt = 1; attempt <= 3; attempt++) {
      await vi.waitFor(() => expect(delays).toHaveLength(attempt));
      server.refusals.set(path, () => problem(503, 'starting', 'Not ready'));
      wakeUp();
    }
    await vi.waitFor(() => expect(delays).toHaveLength(4));
    expect(delays[3]).toBeGreaterThan(delays[1]);
    server.emit(answer.id, 'answer', { text: 'back' });
    server.emit(answer.id, 'done', { status: 'complete', finish_reason: 'stop' });
    store.retryNow();
    await vi.waitFor(() => expect(last(store).content).toBe('back'));
  });

  it('CHAT-2 finds its question again when the connection broke before the answer had a name', async () => {
    const { server, store, id } = withSession();
    await store.load();
    server.cuts = [{ bytes: 3, how: 'error' }];
    server.willAnswer(['answer', { text: 'found' }], DONE);
    await sent(store, 'Hello');
    await vi.waitFor(() => expect(store.getSnapshot().stream).toBeNull());
    expect(last(store).content).toBe('found');
    expect(store.getSnapshot().draft).toBe('');
    expect(server.branch(id)).toHaveLength(2);
  });

  it('CHAT-2 gives the text back when the server never got it', async () => {
    const { server, store, id } = withSession();
    await store.load();
    server.refusals.set(`POST /chat/sessions/${id}/messages`, () => {
      throw new TypeError('Failed to fetch');
    });
    await sent(store, 'Hello');
    expect(store.getSnapshot()).toMatchObject({ draft: 'Hello', messages: [], stream: null });
    expect(store.getSnapshot().sendProblem?.code).toBe('not_sent');
  });

  it('CHAT-2 keeps what has come when the answer cannot be attached to any more', async () => {
    const { server, store, id } = withSession();
    await store.load();
    server.willAnswer(['answer', { text: 'kept' }]);
    server.cuts = [{ bytes: 100, how: 'end' }];
    // the question takes the next number, the answer the one after it
    server.refusals.set(`GET /chat/messages/${id + 2}/events`, () =>
      problem(403, 'forbidden', 'Sign in again')
    );
    await sent(store, 'Hello');
    expect(store.getSnapshot().actionProblem?.code).toBe('forbidden');
    expect(store.getSnapshot().draft).toBe('');
    expect(store.getSnapshot().messages).toHaveLength(2);
  });

  it('LLM-2 counts an answer that turned out to be thinking as thinking', async () => {
    const { server, store } = withSession();
    server.willAnswer(['answer', { text: 'let me see' }], ['retag', {}], ['answer', { text: '42' }], DONE);
    await sent(store, 'Meaning?');
    expect(last(store)).toMatchObject({ thinking: 'let me see', content: '42' });
  });

  it('CHAT-2 shows many events in one frame', async () => {
    const server = new FakeChatServer();
    const { id } = server.addSession();
    const frames: (() => void)[] = [];
    const store = new ConversationStore(new LLMOpsClient(server.transport), {
      sessionId: id,
      drafts: new ChatDrafts(null),
      schedule: callback => {
        frames.push(callback);
        return () => undefined;
      }
    });
    await store.load();
    store.setDraft('Go');
    void store.send();
    await vi.waitFor(() => expect(store.getSnapshot().stream?.messageId).toBeGreaterThan(0));
    const answer = server.branch(id)[1];
    for (let count = 0; count < 100; count++) {
      server.emit(answer.id, 'answer', { text: 'x' });
    }
    await vi.waitFor(() => expect(frames).toHaveLength(1));
    await new Promise(resolve => setTimeout(resolve));
    frames[0]();
    await vi.waitFor(() => {
      frames.forEach(run => run());
      expect(last(store).content).toHaveLength(100);
    });
    expect(frames.length).toBeLessThan(10);
    store.dispose();
  });
});

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const event: fc.Arbitrary<Scripted> = fc.oneof(
  text.map((value): Scripted => ['thinking', { text: value }]),
  text.map((value): Scripted => ['answer', { text: value }]),
  text.map((value): Scripted => ['answer', { text: value }]),
  fc.constant<Scripted>(['retag', {}]),
  fc.constant<Scripted>(['notice', { text: 'temperature was left out' }])
);
const cut: fc.Arbitrary<Cut> = fc.record({
  bytes: fc.integer({ min: 0, max: 700 }),
  how: fc.constantFrom('error', 'end')
});

describe('any cut', () => {
  it('CHAT-2 leads to the same text, whatever breaks, wherever and however often', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 15 }),
        fc.array(cut, { maxLength: 6 }),
        fc.boolean(),
        async (script, cuts, forgetful) => {
          const { server, store, id } = withSession();
          await store.load();
          server.willAnswer(...script, DONE);
          server.cuts = cuts;
          server.forgetful = forgetful;
          const growing: string[] = [];
          store.subscribe(() => growing.push(store.getSnapshot().messages.at(-1)?.content ?? ''));
          await sent(store, 'Hello');
          await vi.waitFor(() => expect(store.getSnapshot().stream).toBeNull(), { timeout: 5000 });
          const [question, answer] = server.branch(id);
          expect(store.getSnapshot().messages.map(one => one.id)).toEqual([question.id, answer.id]);
          expect(last(store).content).toBe(answer.content);
          expect(last(store).thinking).toBe(answer.thinking);
          expect(last(store).notices).toEqual(answer.notices);
        }
      ),
      { numRuns: 60 }
    );
  }, 60_000);
});

describe('branches', () => {
  it('CHAT-5 regenerates beside the old answer and goes back to it', async () => {
    const { server, store } = withSession();
    await store.load();
    server.willAnswer(['answer', { text: 'first' }], DONE);
    await sent(store, 'Hello');
    const old = last(store).id;
    server.willAnswer(['answer', { text: 'second' }], DONE);
    await store.regenerate(old);
    expect(last(store)).toMatchObject({ content: 'second', siblings: [old, last(store).id] });
    await store.switchTo(old);
    expect(last(store).content).toBe('first');
  });

  it('CHAT-5 edits and resends the first message as a new beginning', async () => {
    const { server, store, id } = withSession();
    await store.load();
    server.willAnswer(['answer', { text: 'one' }], DONE);
    await sent(store, 'Helo');
    const question = store.getSnapshot().messages[0];
    await store.editAndResend(question.id, 'Hello');
    const posts = server.requests.filter(one => one.method === 'POST' && one.path.endsWith('/messages'));
    expect(posts.at(-1)?.body).toEqual({ content: 'Hello', parent_id: 0 });
    expect(server.branch(id)[0]).toMatchObject({ content: 'Hello' });
    expect(store.getSnapshot().messages[0].siblings).toHaveLength(2);
  });

  it('LLM-6 sends the images of an edited message again', async () => {
    const { server, store, id } = withSession();
    server.addMessage(id, {
      content: 'Look',
      images: [{ id: 7, media_type: 'image/png', width: 1, height: 1 }]
    });
    await store.load();
    server.refusals.set('GET /chat/images/7', () => new Response(new Uint8Array([0, 0, 0])));
    server.willAnswer(DONE);
    await store.editAndResend(store.getSnapshot().messages[0].id, 'Look here');
    const posts = server.requests.filter(one => one.method === 'POST' && one.path.endsWith('/messages'));
    expect(posts.at(-1)?.body).toEqual({
      content: 'Look here',
      images: [{ media_type: 'image/png', data: 'AAAA' }],
      parent_id: 0
    });
  });

  it('CHAT-5 keeps an edit that could not be sent', async () => {
    const { server, store, id } = withSession();
    await store.load();
    server.willAnswer(['answer', { text: 'one' }], DONE);
    await sent(store, 'Helo');
    const question = store.getSnapshot().messages[0];
    server.refusals.set(`POST /chat/sessions/${id}/messages`, () => problem(409, 'busy', 'Busy'));
    await store.editAndResend(question.id, 'Hello');
    expect(store.getSnapshot().failedEdit).toEqual({ messageId: question.id, content: 'Hello' });
    expect(store.getSnapshot().messages).toHaveLength(2);
  });

  it('CHAT-2 puts the old answer back when it cannot be regenerated', async () => {
    const { server, store } = withSession();
    await store.load();
    server.willAnswer(['answer', { text: 'one' }], DONE);
    await sent(store, 'Hello');
    const answer = last(store);
    server.refusals.set(`POST /chat/messages/${answer.id}/regenerate`, () => problem(409, 'busy', 'Busy'));
    await store.regenerate(answer.id);
    expect(last(store).content).toBe('one');
    expect(store.getSnapshot().actionProblem?.code).toBe('busy');
  });
});

describe('small acts', () => {
  it('CHAT-7 reveals a message of another branch', async () => {
    const { server, store } = withSession();
    await store.load();
    server.willAnswer(['answer', { text: 'first' }], DONE);
    await sent(store, 'Hello');
    const old = last(store).id;
    server.willAnswer(['answer', { text: 'second' }], DONE);
    await store.regenerate(old);
    await store.reveal(old);
    expect(last(store).content).toBe('first');
    expect(store.getSnapshot().revealed).toBe(old);
  });

  it('CHAT-2 stops the answer and keeps what has come', async () => {
    const { server, store } = withSession();
    await store.load();
    server.willAnswer(['answer', { text: 'partial' }]);
    store.setDraft('Hello');
    const sending = store.send();
    await vi.waitFor(() => expect(last(store).content).toBe('partial'));
    await store.stop();
    await sending;
    expect(last(store)).toMatchObject({ content: 'partial', status: 'stopped' });
  });

  it('CHAT-2 stops an answer that was not named yet as soon as it is', async () => {
    const { server, store } = withSession();
    await store.load();
    server.willAnswer();
    store.setDraft('Hello');
    const sending = store.send();
    await store.stop();
    await sending;
    expect(last(store).status).toBe('stopped');
  });

  it('CHAT-5 takes a rating back that the server refuses', async () => {
    const { server, store } = withSession();
    await store.load();
    server.willAnswer(['answer', { text: 'one' }], DONE);
    await sent(store, 'Hello');
    const { id } = last(store);
    await store.rate(id, 1);
    expect(last(store).rating).toBe(1);
    server.refusals.set(`PATCH /chat/messages/${id}`, () => problem(500, 'internal', 'Oops'));
    await store.rate(id, -1);
    expect(last(store).rating).toBe(1);
    expect(store.getSnapshot().actionProblem?.code).toBe('internal');
  });

  it('CHAT-4 changes the model of the session mid-way', async () => {
    const { server, store, id } = withSession();
    await store.load();
    await store.change({ model_config_id: 9 });
    expect(server.sessions.get(id)?.model_config_id).toBe(9);
    expect(store.getSnapshot().session?.model_config_id).toBe(9);
  });

  it('CHAT-1 clears the conversation', async () => {
    const { server, store } = withSession();
    await store.load();
    server.willAnswer(['answer', { text: 'one' }], DONE);
    await sent(store, 'Hello');
    await store.clear();
    expect(store.getSnapshot().messages).toHaveLength(0);
  });

  it('CHAT-2 keeps a draft per session over a reload', () => {
    const server = new FakeChatServer();
    const first = open(server, 1, localStorage);
    const other = open(server, 2, localStorage);
    first.setDraft('for one');
    other.setDraft('for two');
    expect(open(server, 1, localStorage).getSnapshot().draft).toBe('for one');
    expect(open(server, 2, localStorage).getSnapshot().draft).toBe('for two');
    first.setDraft('');
    expect(open(server, 1, localStorage).getSnapshot().draft).toBe('');
  });

  it('CHAT-10 puts what is sent from a cell below the draft', () => {
    const store = open(new FakeChatServer(), 1);
    store.setDraft('Explain:');
    store.appendToDraft('x = 1');
    expect(store.getSnapshot().draft).toBe('Explain:\n\nx = 1');
  });
});
