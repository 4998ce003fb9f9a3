import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import axe from 'axe-core';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { FakeChatServer, problem, Scripted } from '../../testing/FakeChatServer';
import { workspaceFor } from '../../testing/panels';
import { ChatApp, ChatAppProps } from './ChatApp';

const DONE: Scripted = ['done', { status: 'complete', finish_reason: 'stop' }];

function draw(server: FakeChatServer, props: Partial<ChatAppProps> = {}) {
  const workspace = workspaceFor(server);
  const app = (more: Partial<ChatAppProps> = {}) => (
    <ChatApp workspace={workspace} trans={english} layout="full" {...props} {...more} />
  );
  const { container, rerender } = render(app());
  return { workspace, container, rerender: (more: Partial<ChatAppProps>) => rerender(app(more)) };
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));

function type(text: string): void {
  fireEvent.input(screen.getByLabelText('Message'), { target: { value: text } });
}

function withChat(): FakeChatServer {
  const server = new FakeChatServer();
  server.addSession({ title: 'Old chat' });
  server.addMessage(1, { content: 'What is this?' });
  server.addMessage(1, { role: 'assistant', content: 'An **answer**.' });
  return server;
}

describe('a conversation', () => {
  it('CHAT-1 goes from the first message to an answer in the list of chats', async () => {
    const server = new FakeChatServer();
    server.willAnswer(['thinking', { text: 'hm' }], ['answer', { text: 'Hi **you**' }], DONE);
    draw(server);
    type('Hello');
    press('Send');
    expect(await screen.findByText('you', { selector: 'strong' })).toBeTruthy();
    expect(await screen.findByRole('button', { name: /Thought/ })).toBeTruthy();
    expect(screen.getByRole('button', { current: true }).getAttribute('data-session')).toBe('1');
    expect(screen.getByLabelText<HTMLTextAreaElement>('Message').value).toBe('');
  });

  it('CHAT-1 tells the host where to go, and shows what the host says', async () => {
    const server = withChat();
    server.willAnswer(['answer', { text: 'ok' }], DONE);
    const onNavigate = vi.fn();
    const { rerender } = draw(server, { sessionId: null, host: { onNavigate } });
    type('Hello');
    press('Send');
    await waitFor(() => expect(onNavigate).toHaveBeenCalledWith({ view: 'chat', sessionId: 4 }));
    rerender({ sessionId: 1 });
    expect(await screen.findByText('answer', { selector: 'strong' })).toBeTruthy();
  });

  it('CHAT-2 stops and keeps what has come', async () => {
    const server = new FakeChatServer();
    server.willAnswer(['answer', { text: 'partial' }]);
    draw(server);
    type('Hello');
    press('Send');
    await screen.findByText('partial');
    press('Stop');
    expect(await screen.findByText('Stopped.')).toBeTruthy();
    expect(screen.getByText('partial')).toBeTruthy();
  });

  it('UI-6 keeps the text when it cannot be sent, says why, and sends it again', async () => {
    const server = withChat();
    server.refusals.set('POST /chat/sessions/1/messages', () =>
      problem(409, 'session_busy', 'An answer is being written.', 'Wait for it, or stop it.')
    );
    server.willAnswer(['answer', { text: 'now' }], DONE);
    draw(server, { sessionId: 1 });
    await screen.findByText('What is this?');
    type('Again');
    press('Send');
    expect((await screen.findByRole('alert')).textContent).toContain('Wait for it, or stop it.');
    expect(screen.getByLabelText<HTMLTextAreaElement>('Message').value).toBe('Again');
    press('Send again');
    expect(await screen.findByText('now')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('UI-6 says why a chat cannot be shown and tries again', async () => {
    const server = withChat();
    server.refusals.set('GET /chat/sessions/1', () => problem(404, 'not_found', 'There is no such chat.'));
    draw(server, { sessionId: 1, layout: 'embedded' });
    expect((await screen.findByRole('alert')).textContent).toContain('There is no such chat.');
    press('Try again');
    expect(await screen.findByText('What is this?')).toBeTruthy();
  });

  it('CHAT-5 regenerates and goes back with ‹ 1/2 ›', async () => {
    const server = withChat();
    server.willAnswer(['answer', { text: 'another' }], DONE);
    draw(server, { sessionId: 1 });
    await screen.findByText('What is this?');
    press('Regenerate');
    expect(await screen.findByText('another')).toBeTruthy();
    await waitFor(() => expect(screen.getByLabelText('Version 2 of 2')).toBeTruthy());
    press('Previous version');
    expect(await screen.findByText('answer', { selector: 'strong' })).toBeTruthy();
  });

  it('CHAT-8 exports from the menu', async () => {
    const saveFile = vi.fn();
    draw(withChat(), { sessionId: 1, host: { saveFile } });
    await screen.findByText('What is this?');
    press('More about this chat');
    fireEvent.click(screen.getByRole('menuitem', { name: 'Export as notebook' }));
    await waitFor(() => expect(saveFile).toHaveBeenCalledWith(expect.anything(), 'chat-1.ipynb'));
    expect(await screen.findByText('Saved as chat-1.ipynb.')).toBeTruthy();
  });

  it('CHAT-3 hides the thinking of all answers with "Answers only"', async () => {
    const server = withChat();
    server.messages.get(3)!.thinking = 'hm';
    draw(server, { sessionId: 1 });
    await screen.findByRole('button', { name: 'Thought' });
    press('More about this chat');
    fireEvent.click(screen.getByRole('menuitemcheckbox', { name: 'Answers only' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Thought' })).toBeNull());
  });
});

describe('an empty chat', () => {
  it('UI-6 offers starters that fill the composer', async () => {
    draw(new FakeChatServer());
    press(/How do I read a CSV/);
    expect(screen.getByLabelText<HTMLTextAreaElement>('Message').value).toContain('CSV');
    expect(document.activeElement).toBe(screen.getByLabelText('Message'));
  });

  it('UI-5 goes to the composer of a new chat that was asked for, and takes no focus at the start', async () => {
    const { rerender } = draw(withChat(), { sessionId: 1 });
    await screen.findByText('What is this?');
    expect(document.activeElement).toBe(document.body);
    rerender({ sessionId: null });
    expect(document.activeElement).toBe(screen.getByLabelText('Message'));
  });

  it('PROV-5 leads to the models where there is none', async () => {
    const server = new FakeChatServer();
    server.configs.length = 0;
    const onNavigate = vi.fn();
    draw(server, { host: { onNavigate } });
    await screen.findByText('No model yet');
    type('Hello');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled).toBe(true);
    press('Set up a model');
    expect(onNavigate).toHaveBeenCalledWith({ view: 'models' });
  });

  it('CHAT-4 takes the picked model to the session that begins', async () => {
    const server = new FakeChatServer();
    server.configs.push({ ...server.configs[0], id: 2, name: 'other', is_default: false });
    server.willAnswer(DONE);
    draw(server, { layout: 'embedded' });
    fireEvent.click(await screen.findByRole('button', { name: /^Model: (?!No model)/ }));
    fireEvent.click(screen.getByRole('option', { name: /other/ }));
    type('Hello');
    press('Send');
    await waitFor(() =>
      expect(server.requests).toContainEqual({
        method: 'POST',
        path: '/chat/sessions',
        body: { model_config_id: 2 }
      })
    );
  });
});

describe('access', () => {
  it('UI-5 has no fault that axe finds, empty and with a conversation', async () => {
    const { container, rerender } = draw(withChat(), { sessionId: null });
    await screen.findByRole('button', { name: /^Old chat/ });
    const options = { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } };
    expect((await axe.run(container, options)).violations.map(fault => fault.id)).toEqual([]);
    rerender({ sessionId: 1 });
    await screen.findByText('What is this?');
    expect((await axe.run(container, options)).violations.map(fault => fault.id)).toEqual([]);
  }, 30_000);

  it('UI-5 folds the list behind a button where there is little room', async () => {
    draw(withChat(), { layout: 'narrow' });
    const toggle = screen.getByRole('button', { name: 'Chats' });
    expect(toggle.getAttribute('aria-expanded')).toBe('false');
    fireEvent.click(toggle);
    expect(toggle.getAttribute('aria-expanded')).toBe('true');
    fireEvent.keyDown(toggle, { key: 'Escape' });
    expect(toggle.getAttribute('aria-expanded')).toBe('false');
  });

  it('UI-5 lists its keys with ?, but not while I type', async () => {
    draw(withChat());
    fireEvent.keyDown(screen.getByLabelText('Message'), { key: '?' });
    expect(screen.queryByRole('dialog')).toBeNull();
    fireEvent.keyDown(screen.getByRole('button', { name: 'Add a picture' }), { key: '?' });
    expect(screen.getByRole('dialog', { name: 'Keyboard' })).toBeTruthy();
  });

  it('UI-5 shows the conversation alone where it is embedded', () => {
    draw(new FakeChatServer(), { layout: 'embedded' });
    expect(screen.queryByRole('navigation')).toBeNull();
    expect(screen.getByLabelText('Message')).toBeTruthy();
  });
});
