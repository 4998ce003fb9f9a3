import { fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { LLMOpsClient } from '../../api/client';
import { ChatDrafts } from '../../models/ChatDrafts';
import { ConversationStore } from '../../models/ConversationStore';
import { config, FakeChatServer } from '../../testing/FakeChatServer';
import { answerOf, panelFor } from '../../testing/panels';
import { ChatHeader } from './ChatHeader';

async function draw() {
  const server = new FakeChatServer();
  server.addSession({ title: 'CSV', system_prompt: 'Be brief' });
  server.addMessage(1, answerOf());
  const store = new ConversationStore(new LLMOpsClient(server.transport), {
    sessionId: 1,
    drafts: new ChatDrafts(null)
  });
  await store.load();
  const acts = {
    onTitle: vi.fn(),
    onModel: vi.fn(),
    onSystemPrompt: vi.fn(),
    onExport: vi.fn(),
    onClear: vi.fn(),
    onAnswersOnly: vi.fn(),
    onKeys: vi.fn()
  };
  const configs = [config(1, 'tiny', { demo: true }), config(2, 'large')];
  render(
    <ChatHeader state={store.getSnapshot()} configs={configs} providers={[]} panel={panelFor()} {...acts} />
  );
  return acts;
}

const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

function choose(item: string): void {
  press('More about this chat');
  fireEvent.click(screen.getByRole('menuitem', { name: item }));
}

it('CHAT-6 renames the chat in its header; Escape keeps the old title', async () => {
  const { onTitle } = await draw();
  press('CSV');
  const field = screen.getByLabelText('Title of the chat');
  fireEvent.input(field, { target: { value: 'Wrong' } });
  fireEvent.keyDown(field, { key: 'Escape' });
  expect(onTitle).not.toHaveBeenCalled();
  press('CSV');
  fireEvent.input(screen.getByLabelText('Title of the chat'), { target: { value: '  Reading CSV ' } });
  fireEvent.blur(screen.getByLabelText('Title of the chat'));
  expect(onTitle).toHaveBeenCalledWith('Reading CSV');
});

it('CHAT-4 changes the model, and names the demo model as such', async () => {
  const { onModel } = await draw();
  press('Model: tiny tiny demo model');
  expect(within(screen.getByRole('option', { name: /tiny/ })).getByText('tiny demo model')).toBeTruthy();
  fireEvent.click(screen.getByRole('option', { name: /large/ }));
  expect(onModel).toHaveBeenCalledWith(2);
});

it('CHAT-4 edits the system prompt', async () => {
  const { onSystemPrompt } = await draw();
  choose('System prompt…');
  const field = screen.getByLabelText<HTMLTextAreaElement>(/What the model is told/);
  expect(field.value).toBe('Be brief');
  fireEvent.input(field, { target: { value: 'Be kind' } });
  press('Save');
  expect(onSystemPrompt).toHaveBeenCalledWith('Be kind');
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('CHAT-1 asks before it clears, naming the chat', async () => {
  const { onClear } = await draw();
  choose('Clear the chat…');
  expect(screen.getByRole('dialog').textContent).toContain('“CSV”');
  press('Cancel');
  expect(onClear).not.toHaveBeenCalled();
  choose('Clear the chat…');
  press('Clear the chat');
  expect(onClear).toHaveBeenCalled();
});

it('CHAT-8 exports in every format', async () => {
  const { onExport } = await draw();
  for (const item of ['Markdown', 'notebook', 'HTML', 'text', 'JSON']) {
    choose(`Export as ${item}`);
  }
  expect(onExport.mock.calls.flat()).toEqual(['md', 'ipynb', 'html', 'txt', 'json']);
});
