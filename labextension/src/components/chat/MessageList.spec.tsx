import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { Message } from '../../api/types';
import { StreamState } from '../../models/ConversationStore';
import { answerOf, panelFor } from '../../testing/panels';
import { MessageList } from './MessageList';

const handlers = {
  onRegenerate: vi.fn(),
  onResend: vi.fn(),
  onRate: vi.fn(),
  onSwitch: vi.fn(),
  onReconnect: vi.fn(),
  loadImage: vi.fn(() => Promise.resolve(new Blob()))
};
const STREAM: StreamState = {
  messageId: 2,
  phase: 'answering',
  attempt: 0,
  stopping: false,
  thinkingSince: null
};
const panel = panelFor();

function list(
  messages: Message[],
  stream: StreamState | null = null,
  revealed: number | null = null
): JSX.Element {
  return (
    <MessageList
      messages={messages}
      stream={stream}
      failedEdit={null}
      panel={panel}
      handlers={handlers}
      revealed={revealed}
      place={1}
    />
  );
}

function scrolledTo(top: number): HTMLElement {
  const box = screen.getByRole('log');
  Object.defineProperties(box, {
    scrollHeight: { configurable: true, value: 1000 },
    clientHeight: { configurable: true, value: 200 }
  });
  box.scrollTop = top;
  fireEvent.scroll(box);
  return box;
}

it('CHAT-2 never moves a reader who scrolled up, and offers the new text', () => {
  const { rerender } = render(list([answerOf({ content: 'One' })], STREAM));
  const box = scrolledTo(300);
  rerender(list([answerOf({ content: 'One two' })], STREAM));
  expect(box.scrollTop).toBe(300);
  fireEvent.click(screen.getByRole('button', { name: 'New text' }));
  expect(box.scrollTop).toBe(1000);
  expect(screen.queryByRole('button', { name: 'New text' })).toBeNull();
});

it('CHAT-2 shows no pill to a reader at the end', () => {
  const { rerender } = render(list([answerOf({ content: 'One' })], STREAM));
  scrolledTo(800);
  rerender(list([answerOf({ content: 'One two' })], STREAM));
  expect(screen.queryByRole('button', { name: 'New text' })).toBeNull();
});

it('CHAT-1 draws a long conversation from its end, earlier messages on demand', () => {
  const messages = Array.from({ length: 200 }, (_, index) =>
    answerOf({ id: index + 1, content: `number ${index}` })
  );
  render(list(messages));
  expect(screen.getAllByRole('article')).toHaveLength(40);
  expect(screen.getByText('number 199')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Show 160 earlier messages' }));
  expect(screen.getAllByRole('article')).toHaveLength(80);
});

it('CHAT-7 brings a message into view that was searched for', () => {
  const messages = Array.from({ length: 200 }, (_, index) =>
    answerOf({ id: index + 1, content: `number ${index}` })
  );
  render(list(messages, null, 51));
  expect(document.activeElement?.textContent).toContain('number 50');
});

it('UI-5 tells a screen reader that an answer begins and what it was, not every word', () => {
  const { rerender } = render(list([answerOf({ content: '' })], STREAM));
  const status = screen.getByRole('status');
  expect(status.textContent).toBe('The model is answering.');
  rerender(list([answerOf({ content: 'Half' })], STREAM));
  expect(status.textContent).toBe('The model is answering.');
  rerender(list([answerOf({ content: 'Whole answer' })]));
  expect(status.textContent).toBe('Answer complete: Whole answer');
});
