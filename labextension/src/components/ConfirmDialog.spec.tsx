import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { english } from '../i18n';
import { ConfirmDialog } from './ConfirmDialog';

function draw(typed?: string) {
  const onConfirm = vi.fn();
  const onClose = vi.fn();
  render(
    <ConfirmDialog
      title="Delete for good?"
      body="3 chats are deleted."
      confirmLabel="Delete 3 chats"
      typed={typed}
      trans={english}
      onConfirm={onConfirm}
      onClose={onClose}
    />
  );
  return {
    onConfirm,
    onClose,
    confirm: screen.getByRole<HTMLButtonElement>('button', { name: 'Delete 3 chats' })
  };
}

it('UI-6 does it once it is confirmed, and closes', () => {
  const { onConfirm, onClose, confirm } = draw();
  fireEvent.click(confirm);
  expect(onConfirm).toHaveBeenCalledTimes(1);
  expect(onClose).toHaveBeenCalledTimes(1);
});

it('UI-6 waits for the word where nothing can be undone', () => {
  const { onConfirm, confirm } = draw('delete');
  expect(confirm.disabled).toBe(true);
  fireEvent.input(screen.getByLabelText('Type delete to confirm'), { target: { value: 'delete' } });
  fireEvent.click(confirm);
  expect(onConfirm).toHaveBeenCalled();
});

it('UI-6 does nothing when it is cancelled', () => {
  const { onConfirm, onClose } = draw();
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(onConfirm).not.toHaveBeenCalled();
  expect(onClose).toHaveBeenCalled();
});

it('UI-5 is a dialog with a name, and Escape closes it', () => {
  const { onClose } = draw();
  const dialog = screen.getByRole('dialog', { name: 'Delete for good?' });
  fireEvent(dialog, new Event('cancel', { cancelable: true }));
  expect(onClose).toHaveBeenCalled();
});
