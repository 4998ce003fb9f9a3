import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { SearchHit } from '../../api/types';
import { english } from '../../i18n';
import { SessionsState } from '../../models/ChatSessionsStore';
import { FakeChatServer } from '../../testing/FakeChatServer';
import { workspaceFor } from '../../testing/panels';
import { SearchHits } from './SearchHits';

const HIT: SearchHit = {
  session_id: 3,
  session_title: 'Reading files',
  message_id: 9,
  role: 'assistant',
  snippet: [
    { text: 'use ', hit: false },
    { text: 'pandas', hit: true },
    { text: ' and <b>pandas</b>', hit: false }
  ],
  created_at: '2026-11-22T10:00:00Z'
};

function draw(changes: Partial<SessionsState>) {
  const onOpen = vi.fn();
  const state = { ...workspaceFor(new FakeChatServer()).sessions.getSnapshot(), ...changes };
  const { container } = render(<SearchHits state={state} trans={english} onOpen={onOpen} />);
  return { onOpen, container };
}

it('CHAT-7 draws nothing while nothing is searched', () => {
  expect(draw({ hits: null, searching: false }).container.childElementCount).toBe(0);
});

it('UI-6 says that it searches', () => {
  draw({ hits: null, searching: true });
  expect(screen.getByRole('region', { name: 'In messages' }).getAttribute('aria-busy')).toBe('true');
  expect(screen.getByRole('status', { name: 'Searching the messages' })).toBeTruthy();
});

it('UI-6 keeps the earlier hits on the screen while it searches again', () => {
  draw({ hits: [HIT], hitsTotal: 1, searching: true });
  expect(screen.getByRole('button', { name: /Reading files/ })).toBeTruthy();
  expect(screen.queryByRole('status')).toBeNull();
});

it('CHAT-7 counts the hits, marks only the words, shows markup as text, and opens the message', () => {
  const { onOpen, container } = draw({ hits: [HIT], hitsTotal: 12 });
  expect(screen.getByRole('heading', { name: 'In messages (12)' })).toBeTruthy();
  expect([...container.querySelectorAll('mark')].map(mark => mark.textContent)).toEqual(['pandas']);
  expect(container.querySelector('.jp-LLMOps-hit-text')?.textContent).toBe('use pandas and <b>pandas</b>');
  fireEvent.click(screen.getByRole('button', { name: /Reading files/ }));
  expect(onOpen).toHaveBeenCalledWith(HIT);
});

it('CHAT-7 has words for no hit and for a chat without a title', () => {
  draw({ hits: [], hitsTotal: 0 });
  expect(screen.getByText('No message has these words.')).toBeTruthy();
  draw({ hits: [{ ...HIT, session_title: '' }], hitsTotal: 1 });
  expect(screen.getByRole('button', { name: /^New chat/ })).toBeTruthy();
});
