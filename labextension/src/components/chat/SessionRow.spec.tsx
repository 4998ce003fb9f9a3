import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { Session } from '../../api/types';
import { english } from '../../i18n';
import { blankSession } from '../../testing/FakeChatServer';
import { SessionRow, SessionRowActs } from './SessionRow';

interface Drawn {
  current?: boolean;
  ticked?: boolean | null;
}

function draw(changes: Partial<Session> = {}, { current = false, ticked = null }: Drawn = {}) {
  const session = { ...blankSession(5), title: 'CSV', message_count: 2, ...changes };
  const acts = {
    onOpen: vi.fn(),
    onRename: vi.fn(),
    onToggle: vi.fn(),
    onRemove: vi.fn(),
    menu: vi.fn<SessionRowActs['menu']>((_session, rename, remove) => [
      { label: 'Rename', run: rename },
      { label: 'Delete', run: remove }
    ])
  };
  render(
    <ul>
      <SessionRow session={session} current={current} ticked={ticked} trans={english} acts={acts} />
    </ul>
  );
  return { session, ...acts };
}

const row = (name: RegExp = /^CSV/) => screen.getByRole('button', { name });

it('CHAT-1 shows title, model and message count, and opens on a press', () => {
  const { onOpen } = draw({}, { current: true });
  expect(row().textContent).toContain('demo-model');
  expect(row().textContent).toContain('2 messages');
  expect(row().getAttribute('aria-current')).toBe('true');
  fireEvent.click(row());
  expect(onOpen).toHaveBeenCalledWith(5);
});

it('CHAT-1 says that an answer is being written, and has a name before it has a title', () => {
  draw({ title: '', streaming: true });
  expect(row(/^New chat/).getAttribute('aria-current')).toBeNull();
  expect(screen.getByTitle('An answer is being written')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'More about “New chat”' })).toBeTruthy();
});

it('CHAT-1 is ticked instead of opened while chats are picked', () => {
  const { onOpen, onToggle } = draw({ title: '' }, { ticked: true });
  const tick = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Select “New chat”' });
  expect(tick.checked).toBe(true);
  fireEvent.click(tick);
  fireEvent.click(row(/^New chat/));
  expect(onToggle.mock.calls).toEqual([[5], [5]]);
  expect(onOpen).not.toHaveBeenCalled();
  expect(screen.queryByRole('button', { name: /^More about/ })).toBeNull();
});

it('UI-5 renames with F2 and from the menu, and gives the focus back', () => {
  const { onRename } = draw();
  fireEvent.keyDown(row(), { key: 'F2' });
  const field = screen.getByLabelText('Title of the chat');
  fireEvent.input(field, { target: { value: 'Tables' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(onRename.mock.calls).toEqual([[5, 'Tables']]);
  expect(document.activeElement).toBe(row());
  fireEvent.click(screen.getByRole('button', { name: 'More about “CSV”' }));
  fireEvent.click(screen.getByRole('menuitem', { name: 'Rename' }));
  expect(document.activeElement).toBe(screen.getByLabelText('Title of the chat'));
});

it('CHAT-1 moves to the trash at once, as there is a way back', () => {
  const { onRemove, session } = draw();
  fireEvent.keyDown(row(), { key: 'Delete' });
  expect(onRemove).toHaveBeenCalledWith(session);
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('UI-6 asks before it deletes from the trash, by key and by menu', () => {
  const { onRemove, session } = draw({ deleted_at: '2026-11-20T00:00:00Z' });
  fireEvent.keyDown(row(), { key: 'Delete' });
  expect(screen.getByRole('dialog', { name: 'Delete for good?' }).textContent).toContain('“CSV”');
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(onRemove).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('button', { name: 'More about “CSV”' }));
  fireEvent.click(screen.getByRole('menuitem', { name: 'Delete' }));
  fireEvent.click(screen.getByRole('button', { name: 'Delete for good' }));
  expect(onRemove.mock.calls).toEqual([[session]]);
});
