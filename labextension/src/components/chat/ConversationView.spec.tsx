import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { FakeChatServer, problem, Scripted } from '../../testing/FakeChatServer';
import { panelFor, workspaceFor } from '../../testing/panels';
import { ConversationView } from './ConversationView';

const DONE: Scripted = ['done', { status: 'complete', finish_reason: 'stop' }];

function withChat(): FakeChatServer {
  const server = new FakeChatServer();
  server.addSession({ title: 'CSV' });
  server.addMessage(1, { content: 'What is this?' });
  server.addMessage(1, { role: 'assistant', content: 'An answer.' });
  return server;
}

function draw(server: FakeChatServer, sessionId: number | null) {
  const workspace = workspaceFor(server);
  const conversation = workspace.conversation(sessionId);
  const onCreated = vi.fn();
  render(
    <ConversationView
      workspace={workspace}
      conversation={conversation}
      panel={panelFor()}
      onCreated={onCreated}
      onKeys={vi.fn()}
    />
  );
  return { conversation, onCreated };
}

const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const message = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });

function ask(text: string): void {
  fireEvent.input(message(), { target: { value: text } });
  press('Send');
}

it('UI-6 says that it loads, then shows the messages under the title of the chat', async () => {
  draw(withChat(), 1);
  expect(screen.getByRole('status', { name: 'Loading the chat' })).toBeTruthy();
  const region = await screen.findByRole('region', { name: 'CSV' });
  expect(within(region).getByText('What is this?')).toBeTruthy();
  expect(within(region).getByText('An answer.')).toBeTruthy();
  expect(screen.queryByRole('status', { name: 'Loading the chat' })).toBeNull();
});

it('CHAT-1 tells the host once that the new chat has become a session', async () => {
  const server = new FakeChatServer();
  server.willAnswer(['answer', { text: 'Hi' }], DONE);
  const { onCreated } = draw(server, null);
  expect(screen.getByRole('region', { name: 'New chat' })).toBeTruthy();
  ask('Hello');
  expect(await screen.findByText('Hi')).toBeTruthy();
  ask('More');
  await waitFor(() => expect(screen.getAllByText('Hi')).toHaveLength(2));
  expect(onCreated.mock.calls).toEqual([[1]]);
});

it('CHAT-2 says that the connection is lost, tries at once when asked, and loses nothing', async () => {
  const server = withChat();
  server.willAnswer(['answer', { text: 'The whole answer.' }], DONE);
  server.cuts = [{ bytes: 150, how: 'error' }];
  // the server asks for a pause that no reader would sit out
  server.refusals.set('GET /chat/messages/5/events', () => {
    const refusal = problem(503, 'starting', 'Not ready');
    refusal.headers.set('Retry-After', '3600');
    return refusal;
  });
  const { conversation } = draw(server, 1);
  await screen.findByText('An answer.');
  ask('Again');
  await waitFor(() => expect(conversation.getSnapshot().stream?.attempt).toBe(2), { timeout: 10_000 });
  expect(screen.getByText(/The connection is lost; nothing of the answer is/)).toBeTruthy();
  press('Try now');
  expect(await screen.findByText('The whole answer.')).toBeTruthy();
  await waitFor(() => expect(screen.queryByText(/The connection is lost/)).toBeNull());
});

it('UI-6 says beside the composer why an act failed, until it is dismissed', async () => {
  const server = withChat();
  server.refusals.set('POST /chat/messages/3/regenerate', () =>
    problem(409, 'session_busy', 'An answer is being written.', 'Wait for it.')
  );
  draw(server, 1);
  await screen.findByText('An answer.');
  press('Regenerate');
  expect((await screen.findByRole('alert')).textContent).toContain('Wait for it.');
  expect(screen.getByText('An answer.')).toBeTruthy();
  press('Dismiss');
  expect(screen.queryByRole('alert')).toBeNull();
});

it('CHAT-2 looks again when the reader comes back to this tab', async () => {
  const server = withChat();
  draw(server, 1);
  await screen.findByText('An answer.');
  server.addMessage(1, { content: 'Asked in another tab' });
  await act(async () => void document.dispatchEvent(new Event('visibilitychange')));
  expect(await screen.findByText('Asked in another tab')).toBeTruthy();
});
