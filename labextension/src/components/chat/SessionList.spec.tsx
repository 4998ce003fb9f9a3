import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { config, FakeChatServer, problem } from '../../testing/FakeChatServer';
import { workspaceFor } from '../../testing/panels';
import { Toasts } from '../Toasts';
import { SessionList } from './SessionList';

async function draw(titles: string[], arrange: (server: FakeChatServer) => void = () => undefined) {
  const server = new FakeChatServer();
  titles.forEach((title, index) =>
    server.addSession({ title, updated_at: new Date(Date.now() - index * 1_000).toISOString() })
  );
  arrange(server);
  const workspace = workspaceFor(server);
  const onOpen = vi.fn();
  const saveFile = vi.fn();
  render(
    <>
      <SessionList workspace={workspace} trans={english} host={{ saveFile }} currentId={1} onOpen={onOpen} />
      <Toasts store={workspace.toasts} trans={english} />
    </>
  );
  await waitFor(() => expect(screen.queryByLabelText('Loading the chats')).toBeNull());
  return { server, workspace, onOpen, saveFile };
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const row = (title: string) => screen.getByRole('button', { name: new RegExp(`^${title}`) });

async function choose(menu: string, item: string): Promise<void> {
  press(menu);
  const name = { name: item };
  fireEvent.click(screen.queryByRole('menuitem', name) ?? screen.getByRole('menuitemcheckbox', name));
  await act(async () => undefined);
}

describe('states', () => {
  it('UI-6 has words for no chats, for no match and for an error', async () => {
    const { server } = await draw([]);
    expect(screen.getByText(/No chats yet/)).toBeTruthy();
    fireEvent.input(screen.getByLabelText('Search titles and messages'), { target: { value: 'xyz' } });
    expect(await screen.findByText('No chat has such a title.')).toBeTruthy();
    expect(await screen.findByText('No message has these words.')).toBeTruthy();
    server.refusals.set('GET /chat/sessions', () => problem(503, 'starting', 'Not ready', 'Wait a moment.'));
  });

  it('UI-6 says why the list cannot be shown and tries again', async () => {
    await draw(['One'], server =>
      server.refusals.set('GET /chat/sessions', () => problem(503, 'starting', 'Not ready', 'Wait a moment.'))
    );
    expect(screen.getByRole('alert').textContent).toContain('Wait a moment.');
    press('Try again');
    await waitFor(() => expect(row('One')).toBeTruthy());
  });

  it('CHAT-1 groups by day and marks the open chat', async () => {
    await draw(['One', 'Two']);
    expect(within(screen.getByRole('region', { name: 'Today' })).getAllByRole('listitem')).toHaveLength(2);
    expect(row('One').getAttribute('aria-current')).toBe('true');
  });
});

describe('acts', () => {
  it('CHAT-1 opens a chat and a new one', async () => {
    const { onOpen } = await draw(['One', 'Two']);
    fireEvent.click(row('Two'));
    press('New chat');
    expect(onOpen.mock.calls).toEqual([[2], [null]]);
  });

  it('CHAT-1 renames in place', async () => {
    const { server } = await draw(['One']);
    fireEvent.keyDown(row('One'), { key: 'F2' });
    fireEvent.keyDown(screen.getByLabelText('Title of the chat'), { key: 'Escape' });
    expect(document.activeElement).toBe(row('One'));
    fireEvent.keyDown(row('One'), { key: 'F2' });
    const field = screen.getByLabelText('Title of the chat');
    fireEvent.input(field, { target: { value: 'Better' } });
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(row('Better')).toBeTruthy());
    await waitFor(() => expect(server.sessions.get(1)?.title).toBe('Better'));
  });

  it('CHAT-1 deletes with Delete, leaves the chat, and undoes it', async () => {
    const { server, onOpen } = await draw(['One', 'Two']);
    fireEvent.keyDown(row('One'), { key: 'Delete' });
    expect(await screen.findByText('“One” is in the trash for 30 days.')).toBeTruthy();
    expect(onOpen).toHaveBeenCalledWith(null);
    press('Undo');
    await waitFor(() => expect(row('One')).toBeTruthy());
    expect(server.sessions.get(1)?.deleted_at).toBeNull();
  });

  it('CHAT-1 pins and archives from the menu', async () => {
    const { server } = await draw(['One', 'Two']);
    await choose('More about “Two”', 'Pin');
    expect(screen.getByRole('region', { name: 'Pinned' })).toBeTruthy();
    await choose('More about “One”', 'Archive');
    expect(await screen.findByText('“One” is archived.')).toBeTruthy();
    expect(server.sessions.get(1)?.archived).toBe(true);
  });

  it('CHAT-1 restores from the trash', async () => {
    const { server } = await draw(['One'], fake =>
      fake.addSession({ title: 'Gone', deleted_at: '2026-11-20T00:00:00Z' })
    );
    await choose('More about the chats', 'Trash');
    await screen.findByRole('button', { name: /^Gone/ });
    await choose('More about “Gone”', 'Restore');
    await waitFor(() => expect(server.sessions.get(2)?.deleted_at).toBeNull());
  });

  it('UI-6 asks before a chat in the trash is deleted for good', async () => {
    const { server } = await draw([], fake =>
      fake.addSession({ title: 'Gone', deleted_at: '2026-11-20T00:00:00Z' })
    );
    const deletions = () => server.requests.filter(request => request.method === 'DELETE');
    await choose('More about the chats', 'Trash');
    await screen.findByRole('button', { name: /^Gone/ });
    await choose('More about “Gone”', 'Delete for good');
    expect(screen.getByRole('dialog', { name: 'Delete for good?' }).textContent).toContain('“Gone”');
    expect(deletions()).toHaveLength(0);
    press('Delete for good');
    expect(await screen.findByText('“Gone” is deleted for good.')).toBeTruthy();
    expect(deletions()).toHaveLength(1);
  });

  it('CHAT-1 deletes many at once, with undo', async () => {
    const { server } = await draw(['One', 'Two', 'Three']);
    await choose('More about the chats', 'Select many');
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select “One”' }));
    fireEvent.click(row('Two'));
    expect(screen.getByText('2 selected')).toBeTruthy();
    press('Delete');
    expect(await screen.findByText('2 chats were deleted.')).toBeTruthy();
    expect([...server.sessions.values()].filter(one => one.deleted_at)).toHaveLength(2);
  });

  it('CHAT-8 exports a chat as a file', async () => {
    const { saveFile } = await draw(['One']);
    await choose('More about “One”', 'Export as Markdown');
    await waitFor(() => expect(saveFile).toHaveBeenCalledWith(expect.anything(), 'chat-1.md'));
  });

  it('UI-6 says when an act failed', async () => {
    await draw(['One'], server =>
      server.refusals.set('DELETE /chat/sessions/1', () => problem(500, 'internal', 'It broke', 'Try later.'))
    );
    fireEvent.keyDown(row('One'), { key: 'Delete' });
    expect((await screen.findByRole('alert')).textContent).toContain('Try later.');
    expect(row('One')).toBeTruthy();
  });
});

describe('finding', () => {
  it('CHAT-7 marks the words in the messages that hold them', async () => {
    const { onOpen, workspace } = await draw(['One'], server =>
      server.addMessage(1, { content: 'use pandas here' })
    );
    fireEvent.input(screen.getByLabelText('Search titles and messages'), { target: { value: 'pandas' } });
    const hit = await screen.findByText('pandas', { selector: 'mark' });
    fireEvent.click(hit);
    expect(onOpen).toHaveBeenCalledWith(1);
    const { revealed } = workspace.conversation(1).getSnapshot();
    await waitFor(() => expect(workspace.conversation(1).getSnapshot().revealed).toBe(2));
    expect(revealed).toBeNull();
  });

  it('UI-5 leaves the arrows to the filter by model', async () => {
    const { workspace } = await draw(['One'], server => server.configs.push(config(2, 'large')));
    await act(() => workspace.choices.load());
    const filter = screen.getByRole('combobox', { name: 'Filter by model' });
    filter.focus();
    expect(fireEvent.keyDown(filter, { key: 'ArrowDown' })).toBe(true);
    expect(document.activeElement).toBe(filter);
  });

  it('UI-5 is walked with arrows, / goes to the search, n begins a chat', async () => {
    const { onOpen } = await draw(['One', 'Two']);
    row('One').focus();
    fireEvent.keyDown(row('One'), { key: 'ArrowDown' });
    expect(document.activeElement).toBe(row('Two'));
    fireEvent.keyDown(row('Two'), { key: '/' });
    expect(document.activeElement).toBe(screen.getByLabelText('Search titles and messages'));
    fireEvent.keyDown(row('One'), { key: 'n' });
    expect(onOpen).toHaveBeenCalledWith(null);
  });
});
