import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { english } from '../i18n';
import { Dialog } from './Dialog';

function draw() {
  const onClose = vi.fn();
  const showModal = vi.spyOn(HTMLDialogElement.prototype, 'showModal');
  const page = (open: boolean) => (
    <>
      <button type="button">Opener</button>
      {open && (
        <Dialog title="System prompt" trans={english} onClose={onClose}>
          <input aria-label="Prompt" />
        </Dialog>
      )}
    </>
  );
  const { rerender } = render(page(false));
  screen.getByRole('button', { name: 'Opener' }).focus();
  rerender(page(true));
  return { onClose, showModal, close: () => rerender(page(false)) };
}

it('UI-5 is modal and takes its name from its heading', () => {
  const { showModal } = draw();
  expect(showModal).toHaveBeenCalledTimes(1);
  const dialog = screen.getByRole('dialog', { name: 'System prompt' });
  expect(dialog.contains(screen.getByRole('heading', { name: 'System prompt' }))).toBe(true);
  expect(dialog.contains(screen.getByLabelText('Prompt'))).toBe(true);
});

it('UI-5 asks its owner to close it with its button', () => {
  const { onClose } = draw();
  fireEvent.click(screen.getByRole('button', { name: 'Close' }));
  expect(onClose).toHaveBeenCalledTimes(1);
  expect(screen.getByRole('dialog')).toBeTruthy();
});

it('UI-5 asks its owner on Escape too, before the browser closes it on its own', () => {
  const { onClose } = draw();
  const cancel = new Event('cancel', { cancelable: true });
  fireEvent(screen.getByRole('dialog'), cancel);
  expect(onClose).toHaveBeenCalledTimes(1);
  expect(cancel.defaultPrevented).toBe(true);
});

it('UI-5 gives the focus back to what opened it', () => {
  const { close } = draw();
  screen.getByLabelText('Prompt').focus();
  close();
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Opener' }));
});
