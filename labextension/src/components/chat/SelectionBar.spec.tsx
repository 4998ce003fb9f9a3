import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { SessionsState } from '../../models/ChatSessionsStore';
import { FakeChatServer } from '../../testing/FakeChatServer';
import { workspaceFor } from '../../testing/panels';
import { SelectionBar } from './SelectionBar';
import { SessionActs } from './useSessionActs';

function draw(ids: number[], shelf: SessionsState['shelf'] = 'active') {
  const store = workspaceFor(new FakeChatServer()).sessions;
  const state = { ...store.getSnapshot(), selected: new Set(ids), shelf };
  const acts = { removeMany: vi.fn(), restoreMany: vi.fn(), exportMany: vi.fn() };
  render(<SelectionBar state={state} store={store} trans={english} acts={acts as unknown as SessionActs} />);
  return { ...acts, store };
}

const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });

it('CHAT-1 says how many are ticked and can do nothing with none', () => {
  draw([]);
  expect(screen.getByRole('toolbar', { name: 'Selected chats' })).toBeTruthy();
  expect(screen.getByRole('status').textContent).toBe('0 selected');
  expect(button('Delete').disabled).toBe(true);
  expect(screen.queryByRole('button', { name: 'Export' })).toBeNull();
});

it('CHAT-1 selects all and stops selecting', () => {
  const { store } = draw([1]);
  const selectAll = vi.spyOn(store, 'selectAll');
  const selectMany = vi.spyOn(store, 'selectMany');
  fireEvent.click(button('Select all'));
  expect(selectAll).toHaveBeenCalledTimes(1);
  fireEvent.click(button('Stop selecting'));
  expect(selectMany).toHaveBeenCalledWith(false);
});

it('CHAT-1 moves the ticked chats to the trash without asking: there is a way back', () => {
  const { removeMany } = draw([1, 4]);
  fireEvent.click(button('Delete'));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(removeMany).toHaveBeenCalledWith([1, 4]);
});

it('CHAT-8 exports the ticked chats together', () => {
  const { exportMany } = draw([1, 4]);
  fireEvent.click(button('Export'));
  fireEvent.click(screen.getByRole('menuitem', { name: 'Export as JSON' }));
  expect(exportMany).toHaveBeenCalledWith([1, 4], 'json');
});

it('UI-6 deletes from the trash only once the word is typed, and restores at once', () => {
  const { removeMany, restoreMany } = draw([1, 4], 'trash');
  fireEvent.click(button('Restore'));
  expect(restoreMany).toHaveBeenCalledWith([1, 4]);
  fireEvent.click(button('Delete'));
  expect(screen.getByRole('dialog', { name: 'Delete for good?' }).textContent).toContain(
    '2 chats are deleted. This cannot be undone.'
  );
  fireEvent.click(button('Delete 2 chats'));
  expect(removeMany).not.toHaveBeenCalled();
  fireEvent.input(screen.getByLabelText('Type delete to confirm'), { target: { value: 'delete' } });
  fireEvent.click(button('Delete 2 chats'));
  expect(removeMany).toHaveBeenCalledWith([1, 4]);
  expect(screen.queryByRole('dialog')).toBeNull();
});
