import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { EditableTitle } from './EditableTitle';

function draw(editing = false) {
  const onChange = vi.fn();
  const onDone = vi.fn();
  render(<EditableTitle title="CSV" trans={english} editing={editing} onChange={onChange} onDone={onDone} />);
  return { onChange, onDone };
}

const title = () => screen.getByRole<HTMLButtonElement>('button', { name: 'CSV' });
const field = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Title of the chat' });
const type = (value: string) => fireEvent.input(field(), { target: { value } });

it('CHAT-6 becomes a field with all of the title selected', () => {
  draw();
  expect(title().title).toBe('Rename: CSV');
  fireEvent.click(title());
  expect(document.activeElement).toBe(field());
  expect([field().selectionStart, field().selectionEnd]).toEqual([0, 3]);
  expect(field().maxLength).toBe(200);
});

it('CHAT-6 keeps the new title with Enter, once, and gives the focus back', () => {
  const { onChange, onDone } = draw(true);
  type('  Reading CSV ');
  fireEvent.keyDown(field(), { key: 'Enter' });
  expect(onChange.mock.calls).toEqual([['Reading CSV']]);
  expect(onDone.mock.calls).toEqual([[true]]);
  expect(document.activeElement).toBe(title());
});

it('CHAT-6 keeps the old title with Escape, and when nothing or the same was typed', () => {
  const { onChange, onDone } = draw(true);
  type('Wrong');
  fireEvent.keyDown(field(), { key: 'Escape' });
  fireEvent.click(title());
  type('   ');
  fireEvent.keyDown(field(), { key: 'Enter' });
  fireEvent.click(title());
  fireEvent.keyDown(field(), { key: 'Enter' });
  expect(onChange).not.toHaveBeenCalled();
  expect(onDone).toHaveBeenCalledTimes(3);
});

it('CHAT-6 keeps what was typed when the reader goes elsewhere, and leaves the focus there', () => {
  const { onChange, onDone } = draw(true);
  type('Other');
  fireEvent.blur(field());
  expect(onChange).toHaveBeenCalledWith('Other');
  expect(onDone).toHaveBeenCalledWith(false);
  expect(document.activeElement).not.toBe(title());
});

it('UI-5 leaves Enter and Escape to an input method that composes', () => {
  const { onChange, onDone } = draw(true);
  type('标题');
  fireEvent.keyDown(field(), { key: 'Enter', isComposing: true });
  fireEvent.keyDown(field(), { key: 'Escape', isComposing: true });
  expect(onDone).not.toHaveBeenCalled();
  expect(onChange).not.toHaveBeenCalled();
  expect(field().value).toBe('标题');
});
