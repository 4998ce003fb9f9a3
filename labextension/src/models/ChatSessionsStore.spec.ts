import { describe, expect, it, vi } from 'vitest';
import { LLMOpsClient } from '../api/client';
import { Session } from '../api/types';
import { FakeChatServer, problem } from '../testing/FakeChatServer';
import { ChatSessionsStore } from './ChatSessionsStore';

function withSessions(count: number): {
  server: FakeChatServer;
  store: ChatSessionsStore;
  changed: Session[];
} {
  const server = new FakeChatServer();
  for (let index = 0; index < count; index++) {
    const updated_at = new Date(Date.UTC(2026, 10, 1, 0, index)).toISOString();
    server.addSession({ title: `Chat ${index}`, updated_at });
  }
  const changed: Session[] = [];
  const store = new ChatSessionsStore(new LLMOpsClient(server.transport), {
    onChange: session => changed.push(session)
  });
  return { server, store, changed };
}

const titles = (store: ChatSessionsStore): string[] =>
  store.getSnapshot().items.map(session => session.title);

describe('listing', () => {
  it('CHAT-1 loads page after page until there is no more', async () => {
    const { store } = withSessions(120);
    await store.load();
    expect(store.getSnapshot()).toMatchObject({ status: 'ready', total: 120 });
    expect(titles(store)).toHaveLength(50);
    await store.more();
    await store.more();
    await store.more();
    expect(new Set(titles(store)).size).toBe(120);
    expect(store.getSnapshot().next).toBeNull();
  });

  it('CHAT-1 searches by title, the newest search wins', async () => {
    const { store } = withSessions(20);
    void store.search('Chat 1');
    await store.search('Chat 12');
    expect(titles(store)).toEqual(['Chat 12']);
  });

  it('CHAT-7 finds messages and marks the words in them', async () => {
    const { server, store } = withSessions(1);
    const [id] = server.sessions.keys();
    server.addMessage(id, { content: 'read it with pandas please' });
    await store.search('pandas');
    expect(store.getSnapshot().hits?.[0].snippet).toContainEqual({ text: 'pandas', hit: true });
  });

  it('CHAT-1 says why the list cannot be shown', async () => {
    const { server, store } = withSessions(1);
    server.refusals.set('GET /chat/sessions', () => problem(503, 'starting', 'Not ready', 'Wait a moment.'));
    await store.load();
    expect(store.getSnapshot()).toMatchObject({ status: 'error', problem: { remedy: 'Wait a moment.' } });
  });

  it('CHAT-1 takes a new session in at its place', async () => {
    const { store, server } = withSessions(2);
    await store.load();
    store.merge(server.addSession({ title: 'Newest', updated_at: '2026-11-22T12:00:00Z' }));
    expect(titles(store)[0]).toBe('Newest');
  });
});

describe('changing', () => {
  it('CHAT-1 renames at once and tells the open conversation', async () => {
    const { server, store, changed } = withSessions(1);
    await store.load();
    const { id } = store.getSnapshot().items[0];
    const renaming = store.rename(id, 'Better');
    expect(titles(store)).toEqual(['Better']);
    expect(await renaming).toBe(true);
    expect(server.sessions.get(id)?.title).toBe('Better');
    expect(changed.at(-1)?.title).toBe('Better');
  });

  it('CHAT-1 takes a name back that the server refuses', async () => {
    const { server, store } = withSessions(1);
    await store.load();
    const { id } = store.getSnapshot().items[0];
    server.refusals.set(`PATCH /chat/sessions/${id}`, () => problem(422, 'validation', 'Too long'));
    expect(await store.rename(id, 'Worse')).toBe(false);
    expect(titles(store)).toEqual(['Chat 0']);
    expect(store.getSnapshot().actionProblem?.message).toBe('Too long');
  });

  it('CHAT-1 puts what is pinned on top', async () => {
    const { store } = withSessions(3);
    await store.load();
    await store.pin(store.getSnapshot().items[2].id, true);
    expect(titles(store)).toEqual(['Chat 0', 'Chat 2', 'Chat 1']);
  });

  it('CHAT-1 moves to the trash and back', async () => {
    const { store } = withSessions(2);
    await store.load();
    const { id } = store.getSnapshot().items[0];
    await store.remove(id);
    expect(titles(store)).toEqual(['Chat 0']);
    await store.show('trash');
    expect(titles(store)).toEqual(['Chat 1']);
    await store.restore([id]);
    await store.show('active');
    expect(titles(store)).toEqual(['Chat 1', 'Chat 0']);
  });

  it('CHAT-1 brings a session back to the list when it could not be deleted', async () => {
    const { server, store } = withSessions(2);
    await store.load();
    const { id } = store.getSnapshot().items[0];
    server.refusals.set(`DELETE /chat/sessions/${id}`, () => problem(500, 'internal', 'Oops'));
    expect(await store.remove(id)).toBe(false);
    expect(titles(store)).toEqual(['Chat 1', 'Chat 0']);
    expect(store.getSnapshot().total).toBe(2);
  });

  it('CHAT-1 deletes many at once', async () => {
    const { server, store } = withSessions(3);
    await store.load();
    store.selectMany(true);
    store.toggle(store.getSnapshot().items[0].id);
    store.toggle(store.getSnapshot().items[1].id);
    await store.removeMany([...store.getSnapshot().selected!]);
    expect(titles(store)).toEqual(['Chat 0']);
    expect(server.requests.at(-1)).toMatchObject({ method: 'POST', path: '/chat/sessions/delete' });
  });

  it('CHAT-1 archives out of the list', async () => {
    const { store } = withSessions(2);
    await store.load();
    await store.archive(store.getSnapshot().items[0].id, true);
    expect(titles(store)).toEqual(['Chat 0']);
    await store.show('archived');
    await vi.waitFor(() => expect(titles(store)).toEqual(['Chat 1']));
  });
});
