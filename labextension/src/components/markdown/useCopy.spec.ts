import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useCopy } from './useCopy';

const writeText = vi.fn<(text: string) => Promise<void>>();

beforeEach(() => {
  vi.useFakeTimers();
  writeText.mockReset().mockResolvedValue();
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
});

afterEach(() => {
  vi.useRealTimers();
  delete (document as { execCommand?: unknown }).execCommand;
});

async function copied(text: string) {
  const { result } = renderHook(() => useCopy());
  await act(async () => result.current[1](text));
  return result;
}

/** The text selected at the moment of copying, where the browser has no clipboard interface. */
function copyBySelection(worked: boolean): string[] {
  const seen: string[] = [];
  document.execCommand = () => {
    const area = document.querySelector('textarea')!;
    // selecting takes the focus in a browser, in jsdom it does not
    area.focus();
    const { value, selectionStart, selectionEnd } = area;
    seen.push(value.slice(selectionStart, selectionEnd));
    return worked;
  };
  return seen;
}

it('CHAT-5 says for a moment that it has copied', async () => {
  const result = await copied('x = 1');
  expect(writeText).toHaveBeenCalledWith('x = 1');
  expect(result.current[0]).toBe(true);
  act(() => vi.runAllTimers());
  expect(result.current[0]).toBe(false);
});

it('CHAT-5 copies over plain http too, leaves nothing in the page and gives the focus back', async () => {
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: undefined });
  const button = document.body.appendChild(document.createElement('button'));
  button.focus();
  const seen = copyBySelection(true);
  const result = await copied('x = 1');
  expect(seen).toEqual(['x = 1']);
  expect(result.current[0]).toBe(true);
  expect(document.querySelector('textarea')).toBeNull();
  expect(document.activeElement).toBe(button);
  button.remove();
});

it('CHAT-5 does not say that it has copied when nothing worked', async () => {
  writeText.mockRejectedValue(new Error('denied'));
  copyBySelection(false);
  const result = await copied('x');
  expect(result.current[0]).toBe(false);
});
