import { expect, it } from 'vitest';
import { LLMOpsClient } from '../api/client';
import { FakeChatServer, problem } from '../testing/FakeChatServer';
import { MeStore } from './MeStore';

it('UI-4 fills what the server does not know of my settings with the defaults', async () => {
  const store = new MeStore(new LLMOpsClient(new FakeChatServer().transport));
  await store.load();
  expect(store.getSnapshot().settings).toMatchObject({ theme: 'auto', send_with: 'ctrl_enter' });
});

it('CHAT-3 remembers "answers only", and takes it back when the server refuses', async () => {
  const server = new FakeChatServer();
  const store = new MeStore(new LLMOpsClient(server.transport));
  await store.change({ answers_only: true });
  expect(store.getSnapshot().settings.answers_only).toBe(true);
  server.refusals.set('PATCH /me/settings', () => problem(500, 'internal', 'Oops'));
  await store.change({ answers_only: false });
  expect(store.getSnapshot().settings.answers_only).toBe(true);
});
