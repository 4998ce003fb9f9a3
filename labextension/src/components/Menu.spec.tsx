import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { Menu } from './Menu';

function draw() {
  const run = vi.fn();
  const items = [
    { label: 'First', run: vi.fn() },
    { label: 'Second', run },
    { label: 'Never', disabled: true, run: vi.fn() }
  ];
  render(<Menu label="More" icon="more" items={items} />);
  const button = screen.getByRole('button', { name: 'More' });
  fireEvent.click(button);
  return { run, button };
}

it('UI-5 moves with arrows, leaves out what is disabled, and goes round', () => {
  draw();
  const [first, second] = screen.getAllByRole('menuitem');
  expect(document.activeElement).toBe(first);
  fireEvent.keyDown(first, { key: 'ArrowDown' });
  expect(document.activeElement).toBe(second);
  fireEvent.keyDown(second, { key: 'ArrowDown' });
  expect(document.activeElement).toBe(first);
});

it('UI-5 gives the focus back to its button', () => {
  const { button, run } = draw();
  fireEvent.keyDown(screen.getAllByRole('menuitem')[0], { key: 'Escape' });
  expect(screen.queryByRole('menu')).toBeNull();
  expect(document.activeElement).toBe(button);
  fireEvent.click(button);
  fireEvent.click(screen.getByRole('menuitem', { name: 'Second' }));
  expect(run).toHaveBeenCalled();
  expect(screen.queryByRole('menu')).toBeNull();
});

it('UI-5 closes when something else is pressed', () => {
  draw();
  fireEvent.pointerDown(document.body);
  expect(screen.queryByRole('menu')).toBeNull();
});
