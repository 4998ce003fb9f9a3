import { act, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { config, FakeChatServer } from '../../testing/FakeChatServer';
import { workspaceFor } from '../../testing/panels';
import { SessionToolbar } from './SessionToolbar';
import { SessionActs } from './useSessionActs';

async function draw(names: string[] = ['tiny']) {
  const server = new FakeChatServer();
  server.configs.length = 0;
  server.configs.push(...names.map((name, index) => config(index + 1, name)));
  const workspace = workspaceFor(server);
  await workspace.choices.load();
  const store = workspace.sessions;
  const search = vi.spyOn(store, 'search').mockResolvedValue();
  const importFile = vi.fn();
  const onNew = vi.fn();
  const acts = { importFile } as unknown as SessionActs;
  render(<SessionToolbar workspace={workspace} trans={english} acts={acts} onNew={onNew} />);
  return { store, search, importFile, onNew };
}

async function choose(role: 'menuitem' | 'menuitemcheckbox', name: string): Promise<void> {
  fireEvent.click(screen.getByRole('button', { name: 'More about the chats' }));
  fireEvent.click(screen.getByRole(role, { name }));
  await act(async () => undefined);
}

it('CHAT-1 begins a new chat', async () => {
  const { onNew } = await draw();
  fireEvent.click(screen.getByRole('button', { name: 'New chat' }));
  expect(onNew).toHaveBeenCalledTimes(1);
});

it('CHAT-1 changes the shelf and says which one is shown', async () => {
  const { store } = await draw();
  await choose('menuitemcheckbox', 'Archive');
  expect(store.getSnapshot().shelf).toBe('archived');
  fireEvent.click(screen.getByRole('button', { name: 'More about the chats' }));
  const checked = screen.getAllByRole('menuitemcheckbox', { checked: true });
  expect(checked.map(item => item.textContent)).toEqual(['Archive']);
});

it('CHAT-1 turns "select many" on and off', async () => {
  const { store } = await draw();
  await choose('menuitem', 'Select many');
  expect(store.getSnapshot().selected).toEqual(new Set());
  await choose('menuitem', 'Select many');
  expect(store.getSnapshot().selected).toBeNull();
});

it('CHAT-1 filters by model where there is more than one', async () => {
  const { store } = await draw(['large', 'tiny']);
  const filter = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Filter by model' });
  expect(filter.selectedOptions[0].text).toBe('All models');
  fireEvent.change(filter, { target: { value: '2' } });
  await act(async () => undefined);
  expect(store.getSnapshot().modelConfigId).toBe(2);
  fireEvent.change(filter, { target: { value: '' } });
  await act(async () => undefined);
  expect(store.getSnapshot().modelConfigId).toBeNull();
});

it('CHAT-1 has no filter where there is only one model', async () => {
  await draw(['tiny']);
  expect(screen.queryByRole('combobox')).toBeNull();
});

it('CHAT-8 imports the picked file, and the same one again', async () => {
  const { importFile } = await draw();
  const picker = screen.getByLabelText<HTMLInputElement>('Import chats from a file');
  const open = vi.spyOn(picker, 'click');
  await choose('menuitem', 'Import…');
  expect(open).toHaveBeenCalledTimes(1);
  const file = new File(['{}'], 'chats.json');
  const value = vi.fn();
  Object.defineProperties(picker, { files: { value: [file] }, value: { set: value } });
  fireEvent.change(picker);
  expect(importFile).toHaveBeenCalledWith(file);
  expect(value).toHaveBeenCalledWith('');
});

describe('the search field', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const field = () => screen.getByRole<HTMLInputElement>('searchbox', { name: 'Search titles and messages' });
  const type = (value: string) => fireEvent.input(field(), { target: { value } });

  it('CHAT-7 searches once when the typing pauses', async () => {
    const { search } = await draw();
    type('pan');
    type('pandas');
    expect(search).not.toHaveBeenCalled();
    vi.runAllTimers();
    expect(search.mock.calls).toEqual([['pandas']]);
  });

  it('UI-5 searches at once with Enter', async () => {
    const { search } = await draw();
    type('pandas');
    fireEvent.keyDown(field(), { key: 'Enter' });
    vi.advanceTimersByTime(0);
    expect(search.mock.calls).toEqual([['pandas']]);
    vi.runAllTimers();
    expect(search).toHaveBeenCalledTimes(1);
  });

  it('UI-5 empties with Escape, but not while an input method composes', async () => {
    const { search } = await draw();
    type('数据');
    fireEvent.keyDown(field(), { key: 'Escape', isComposing: true });
    expect(field().value).toBe('数据');
    fireEvent.keyDown(field(), { key: 'Escape' });
    vi.runAllTimers();
    expect(field().value).toBe('');
    expect(search.mock.calls).toEqual([['']]);
  });
});
