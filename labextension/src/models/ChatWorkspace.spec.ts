import { expect, it } from 'vitest';
import { LLMOpsClient } from '../api/client';
import { FakeChatServer } from '../testing/FakeChatServer';
import { ChatWorkspace } from './ChatWorkspace';

async function started(): Promise<{ server: FakeChatServer; workspace: ChatWorkspace }> {
  const server = new FakeChatServer();
  server.addSession({ title: 'Old' });
  const workspace = new ChatWorkspace(new LLMOpsClient(server.transport), { storage: null });
  await workspace.start();
  return { server, workspace };
}

it('CHAT-1 shows a rename in the list and in the open conversation', async () => {
  const { workspace } = await started();
  const { id } = workspace.sessions.getSnapshot().items[0];
  const conversation = workspace.conversation(id);
  await conversation.load();
  await workspace.sessions.rename(id, 'From the list');
  expect(conversation.getSnapshot().session?.title).toBe('From the list');
  await conversation.change({ title: 'From the header' });
  expect(workspace.sessions.find(id)?.title).toBe('From the header');
});

it('CHAT-1 gives the next new chat a store of its own', async () => {
  const { server, workspace } = await started();
  const conversation = workspace.conversation(null);
  server.willAnswer(['done', { status: 'complete', finish_reason: 'stop' }]);
  conversation.setDraft('Hello');
  await conversation.send();
  const id = conversation.getSnapshot().sessionId;
  expect(workspace.conversation(id)).toBe(conversation);
  expect(workspace.conversation(null)).not.toBe(conversation);
  expect(workspace.sessions.find(id!)).not.toBeNull();
});

it('CHAT-4 prefers the default configuration for a new chat', async () => {
  const { workspace } = await started();
  expect(workspace.choices.preferred?.name).toBe('demo');
});
