import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { Message } from '../../api/types';
import { english } from '../../i18n';
import { answerOf } from '../../testing/panels';
import { MessageActions } from './MessageActions';

function draw(message: Message, busy = false) {
  const handlers = { onRegenerate: vi.fn(), onEdit: vi.fn(), onRate: vi.fn(), onSwitch: vi.fn() };
  render(<MessageActions message={message} trans={english} busy={busy} {...handlers} />);
  return handlers;
}

const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

it('CHAT-5 regenerates an answer, rates it, and takes the rating back', () => {
  const { onRegenerate, onRate } = draw(answerOf({ id: 2, rating: 1 }));
  press('Regenerate');
  press('Good answer');
  press('Bad answer');
  expect(onRegenerate).toHaveBeenCalledWith(2);
  expect(onRate.mock.calls).toEqual([
    [2, 0],
    [2, -1]
  ]);
  expect(screen.getByRole('button', { name: 'Good answer' }).getAttribute('aria-pressed')).toBe('true');
});

it('CHAT-5 edits my message, which has no rating', () => {
  const { onEdit } = draw({ ...answerOf({ id: 3 }), role: 'user' });
  press('Edit and resend');
  expect(onEdit).toHaveBeenCalledWith(3);
  expect(screen.queryByRole('button', { name: 'Good answer' })).toBeNull();
});

it('CHAT-5 copies the message as Markdown', () => {
  const writeText = vi.fn(() => Promise.resolve());
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
  draw(answerOf({ content: '**bold**' }));
  press('Copy message');
  expect(writeText).toHaveBeenCalledWith('**bold**');
});

it('CHAT-2 starts no second answer while one is written', () => {
  draw(answerOf(), true);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Regenerate' }).disabled).toBe(true);
});
