import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../api/errors';
import { english } from '../../i18n';
import { FakeModels } from '../../testing/FakeModels';
import { DeleteDialog, DeleteDialogProps } from './DeleteDialog';

const IDS = [1, 2];
const IN_USE = new ApiError('It is in use.', 'in_use', 409, 'Close the chat.');

function open(props: Partial<DeleteDialogProps> = {}) {
  const fake = new FakeModels();
  const configs = [fake.add({ name: 'Fast' }), fake.add({ name: 'Careful' })];
  const calls = {
    usage: vi.fn(async () => new Map([[1, 3]])),
    onDelete: vi.fn(async () => undefined),
    onClose: vi.fn()
  };
  render(<DeleteDialog ids={IDS} configs={configs} trans={english} {...calls} {...props} />);
  return { ...calls, user: userEvent.setup() };
}

describe('DeleteDialog', () => {
  it('PROV-6 says by name what still uses them, once it is known', async () => {
    let answer: (counts: ReadonlyMap<number, number>) => void = () => undefined;
    open({ usage: () => new Promise(resolve => (answer = resolve)) });
    expect(screen.getByRole('dialog', { name: 'Delete 2 models?' })).toBeTruthy();
    expect(screen.getAllByText(/looking for what uses it/)).toHaveLength(2);
    await act(async () => answer(new Map([[1, 3]])));
    expect(screen.getAllByRole('listitem').map(item => item.textContent)).toEqual([
      'Fast — used by 3 chats',
      'Careful — nothing uses it'
    ]);
  });

  it('PROV-6 asks about a single one by its name', async () => {
    open({ ids: [2] });
    expect(await screen.findByRole('dialog', { name: 'Delete “Careful”?' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Delete 1 model' })).toBeTruthy();
    await screen.findByText(/nothing uses it/);
  });

  it('UI-6 has Cancel at hand, and deletes nothing then', async () => {
    const { user, onDelete, onClose } = open();
    await screen.findByText(/used by 3 chats/);
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Cancel' }));
    await user.keyboard('{Enter}');
    expect(onClose).toHaveBeenCalledTimes(1);
    expect(onDelete).not.toHaveBeenCalled();
  });

  it('PROV-6 closes only when they are deleted', async () => {
    let done: () => void = () => undefined;
    const onDelete = vi.fn(() => new Promise<void>(resolve => (done = resolve)));
    const { user, onClose } = open({ onDelete });
    await user.click(screen.getByRole('button', { name: 'Delete 2 models' }));
    expect(onDelete).toHaveBeenCalledWith(IDS);
    await user.click(screen.getByRole('button', { name: 'Deleting…' }));
    expect(onDelete).toHaveBeenCalledTimes(1);
    expect(onClose).not.toHaveBeenCalled();
    await act(async () => done());
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('UI-6 stays open and says why when they cannot be deleted', async () => {
    const { user, onClose } = open({ onDelete: () => Promise.reject(IN_USE) });
    await user.click(screen.getByRole('button', { name: 'Delete 2 models' }));
    expect((await screen.findByRole('alert')).textContent).toContain('It is in use.Close the chat.');
    expect(screen.getByRole('button', { name: 'Delete 2 models' })).toBeTruthy();
    expect(onClose).not.toHaveBeenCalled();
  });
});
