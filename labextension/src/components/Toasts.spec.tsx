import { act, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { english } from '../i18n';
import { ToastStore } from '../models/ToastStore';
import { Toasts } from './Toasts';

it('UI-6 shows results, runs their way back once, and goes', () => {
  const store = new ToastStore();
  const run = vi.fn();
  render(<Toasts store={store} trans={english} />);
  act(() => void store.success('“CSV” is in the trash.', { label: 'Undo', run }));
  fireEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect(run).toHaveBeenCalledTimes(1);
  expect(screen.queryByText('“CSV” is in the trash.')).toBeNull();
});

it('UI-6 reads an error out at once and keeps it until it is dismissed', () => {
  const store = new ToastStore();
  render(<Toasts store={store} trans={english} />);
  act(() => void store.error('Not saved.', 'Try again.'));
  expect(screen.getByRole('alert').textContent).toContain('Not saved. Try again.');
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByRole('alert')).toBeNull();
});
