import { createEvent, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { UserSettings } from '../../api/types';
import { DEFAULT_SETTINGS } from '../../models/MeStore';
import { panelFor } from '../../testing/panels';
import { EditForm } from './EditForm';

function draw(initial: string, settings: Partial<UserSettings> = {}) {
  const onSend = vi.fn();
  const onCancel = vi.fn();
  const panel = panelFor({ settings: { ...DEFAULT_SETTINGS, ...settings } });
  render(<EditForm initial={initial} panel={panel} onSend={onSend} onCancel={onCancel} />);
  const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Edit your message' });
  return { onSend, onCancel, field };
}

const type = (field: HTMLElement, value: string) => fireEvent.input(field, { target: { value } });

it('CHAT-5 begins with the old text and takes the focus', () => {
  const { field } = draw('one\ntwo');
  expect(field.value).toBe('one\ntwo');
  expect(document.activeElement).toBe(field);
});

it('CHAT-5 sends what was changed, by its button and by the key of my settings', () => {
  const { field, onSend } = draw('old', { send_with: 'enter' });
  type(field, 'new');
  fireEvent.click(screen.getByRole('button', { name: 'Send' }));
  fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
  expect(onSend.mock.calls).toEqual([['new']]);
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(onSend.mock.calls).toEqual([['new'], ['new']]);
});

it('CHAT-5 sends nothing that is blank', () => {
  const { field, onSend } = draw('old');
  type(field, '  \n ');
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled).toBe(true);
  fireEvent.keyDown(field, { key: 'Enter', ctrlKey: true });
  expect(onSend).not.toHaveBeenCalled();
});

it('CHAT-5 gives up with Cancel and with Escape, which goes no further', () => {
  const { field, onCancel, onSend } = draw('old');
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  const escape = createEvent.keyDown(field, { key: 'Escape' });
  const stopPropagation = vi.spyOn(escape, 'stopPropagation');
  fireEvent(field, escape);
  expect(onCancel).toHaveBeenCalledTimes(2);
  expect(stopPropagation).toHaveBeenCalled();
  expect(onSend).not.toHaveBeenCalled();
});

it('UI-5 leaves Enter and Escape to an input method that composes', () => {
  const { field, onCancel, onSend } = draw('你', { send_with: 'enter' });
  fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
  fireEvent.keyDown(field, { key: 'Escape', isComposing: true });
  expect(onSend).not.toHaveBeenCalled();
  expect(onCancel).not.toHaveBeenCalled();
});
