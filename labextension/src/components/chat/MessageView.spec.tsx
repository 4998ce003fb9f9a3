import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { Message } from '../../api/types';
import { StreamState } from '../../models/ConversationStore';
import { DEFAULT_SETTINGS } from '../../models/MeStore';
import { answerOf, panelFor } from '../../testing/panels';
import { MessageView } from './MessageView';
import { Panel } from './panel';

interface Drawn {
  stream?: StreamState | null;
  panel?: Partial<Panel>;
  failedEdit?: string;
}

const STREAM: StreamState = {
  messageId: 2,
  phase: 'thinking',
  attempt: 0,
  stopping: false,
  thinkingSince: null
};

function draw(message: Message, { stream = null, panel = {}, failedEdit }: Drawn = {}) {
  const handlers = {
    onRegenerate: vi.fn(),
    onResend: vi.fn(),
    onRate: vi.fn(),
    onSwitch: vi.fn(),
    onReconnect: vi.fn(),
    loadImage: vi.fn(() => Promise.resolve(new Blob(['x'])))
  };
  const { container } = render(
    <MessageView
      message={message}
      panel={panelFor(panel)}
      handlers={handlers}
      busy={stream !== null}
      stream={stream}
      failedEdit={failedEdit}
    />
  );
  return { ...handlers, container };
}

describe('an answer', () => {
  it('CHAT-3 shows the thinking apart, and hides it with "answers only"', () => {
    const message = answerOf({ thinking: 'hm', thinking_ms: 3_200 });
    draw(message);
    expect(screen.getByRole('button', { name: 'Thought for 3.2 s' })).toBeTruthy();
    const quiet = draw(message, { panel: { settings: { ...DEFAULT_SETTINGS, answers_only: true } } });
    expect(quiet.container.textContent).not.toContain('Thought');
    expect(quiet.container.textContent).toContain('read_csv');
  });

  it('CHAT-2 is marked busy while it is written', () => {
    const { container } = draw(answerOf({ content: '', thinking: 'hm' }), { stream: STREAM });
    expect(container.querySelector('[aria-busy="true"]')).not.toBeNull();
    expect(screen.queryByRole('button', { name: 'Regenerate' })).toBeNull();
  });

  it('CHAT-3 says that it thinks where thinking is hidden', () => {
    const settings = { ...DEFAULT_SETTINGS, answers_only: true };
    draw(answerOf({ content: '', thinking: 'secret' }), { stream: STREAM, panel: { settings } });
    expect(screen.getByText('Thinking…')).toBeTruthy();
    expect(screen.queryByText('secret')).toBeNull();
  });

  it('UI-6 says what went wrong, what to do, and sends again', () => {
    const error = {
      code: 'rate_limited',
      message: 'Too many requests.',
      remedy: 'Wait 20 s.',
      request_id: 'r-1'
    };
    const { onRegenerate } = draw(answerOf({ status: 'failed', error }));
    expect(screen.getByRole('alert').textContent).toContain('Too many requests.Wait 20 s.');
    expect(screen.getByRole('button', { name: 'Copy request id' }).title).toBe('r-1');
    fireEvent.click(screen.getByRole('button', { name: 'Send again' }));
    expect(onRegenerate).toHaveBeenCalledWith(2);
  });

  it.each([
    ['stopped', 'Stopped.'],
    ['interrupted', /Interrupted/],
    ['failed', 'The answer failed.']
  ] as const)('CHAT-2 keeps a %s answer and offers to send again', (status, text) => {
    draw(answerOf({ status }));
    expect(screen.getByText(text)).toBeTruthy();
    expect(screen.getByText('read_csv')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Send again' })).toBeTruthy();
  });

  it('CHAT-2 reconnects to an answer that nobody follows here', () => {
    const { onReconnect } = draw(answerOf({ status: 'streaming' }));
    fireEvent.click(screen.getByRole('button', { name: 'Reconnect' }));
    expect(onReconnect).toHaveBeenCalled();
  });

  it('LLM-4 notes what was left out, and says when the limit cut it off', () => {
    draw(answerOf({ notices: ['temperature was left out'], finish_reason: 'length' }));
    expect(screen.getByText(/temperature was left out/)).toBeTruthy();
    expect(screen.getByText(/limit of tokens/)).toBeTruthy();
  });
});

describe('my message', () => {
  const mine = (changes: Partial<Message> = {}) =>
    answerOf({ role: 'user', content: 'a <b>\nc', ...changes });

  it('CHAT-9 is shown as typed, never as markup', () => {
    const { container } = draw(mine());
    expect(container.querySelector('.jp-LLMOps-question p')?.textContent).toBe('a <b>\nc');
  });

  it('CHAT-5 is edited in its place and sent again', () => {
    const { onResend } = draw(mine());
    fireEvent.click(screen.getByRole('button', { name: 'Edit and resend' }));
    const field = screen.getByLabelText('Edit your message');
    fireEvent.input(field, { target: { value: 'better' } });
    fireEvent.keyDown(field, { key: 'Enter', ctrlKey: true });
    expect(onResend).toHaveBeenCalledWith(2, 'better');
    expect(screen.queryByLabelText('Edit your message')).toBeNull();
  });

  it('CHAT-5 stops editing with Escape', () => {
    draw(mine());
    fireEvent.click(screen.getByRole('button', { name: 'Edit and resend' }));
    fireEvent.keyDown(screen.getByLabelText('Edit your message'), { key: 'Escape' });
    expect(screen.queryByLabelText('Edit your message')).toBeNull();
  });

  it('CHAT-5 opens its editor with the text that could not be sent', () => {
    draw(mine(), { failedEdit: 'not lost' });
    expect(screen.getByLabelText<HTMLTextAreaElement>('Edit your message').value).toBe('not lost');
  });

  it('LLM-6 shows its pictures', async () => {
    const { loadImage } = draw(mine({ images: [{ id: 7, media_type: 'image/png', width: 4, height: 4 }] }));
    expect(screen.getByRole('img', { name: 'Picture' })).toBeTruthy();
    expect(loadImage).toHaveBeenCalledWith(7);
  });
});
