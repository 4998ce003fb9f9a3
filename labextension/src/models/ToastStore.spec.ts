import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ToastStore } from './ToastStore';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('UI-6 takes good news away by itself, errors stay', () => {
  const store = new ToastStore();
  store.success('Saved.');
  store.error('Broken.');
  vi.runAllTimers();
  expect(store.getSnapshot().toasts.map(toast => toast.text)).toEqual(['Broken.']);
});

it('UI-6 keeps a toast while it is pointed at', () => {
  const store = new ToastStore();
  const id = store.info('Read me.');
  store.pause(id);
  vi.runAllTimers();
  expect(store.getSnapshot().toasts).toHaveLength(1);
  store.resume(id);
  vi.runAllTimers();
  expect(store.getSnapshot().toasts).toHaveLength(0);
});
