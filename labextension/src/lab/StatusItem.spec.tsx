import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../i18n';
import { workspaceFor } from '../testing/panels';
import { blankSession, FakeChatServer } from '../testing/FakeChatServer';
import { StatusItem } from './StatusItem';

async function open(...streaming: boolean[]) {
  const { sessions } = workspaceFor(new FakeChatServer());
  await sessions.load();
  const merge = (id: number, running: boolean) => sessions.merge({ ...blankSession(id), streaming: running });
  streaming.forEach((running, index) => merge(index + 1, running));
  const onClick = vi.fn();
  render(<StatusItem sessions={sessions} trans={english} onClick={onClick} />);
  return { merge, onClick };
}

describe('StatusItem', () => {
  it('UI-1 names the chats while no answer is being written', async () => {
    await open(false, false);
    expect(screen.getByRole('button', { name: 'LLM chats' })).toBeTruthy();
  });

  it('UI-1 counts the answers that are being written, and follows them', async () => {
    const { merge } = await open(true, true, false);
    expect(screen.getByRole('button', { name: '2 answers running' })).toBeTruthy();
    act(() => merge(2, false));
    expect(screen.getByRole('button', { name: '1 answer running' })).toBeTruthy();
    act(() => merge(1, false));
    expect(screen.getByRole('button', { name: 'LLM chats' })).toBeTruthy();
  });

  it('UI-1 shows the chats on a click or Enter, and says so', async () => {
    const { onClick } = await open();
    expect(screen.getByRole('button').title).toBe('Show the chats');
    await userEvent.click(screen.getByRole('button'));
    await userEvent.keyboard('{Enter}');
    expect(onClick).toHaveBeenCalledTimes(2);
  });
});
