import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { Icon, IconButton } from './Icon';

it('UI-5 keeps a drawing from screen readers and from the focus', () => {
  const { container } = render(<Icon name="pin" />);
  const drawing = container.querySelector('svg');
  expect(drawing?.getAttribute('aria-hidden')).toBe('true');
  expect(drawing?.getAttribute('focusable')).toBe('false');
  expect(drawing?.querySelector('path')?.getAttribute('d')).toBeTruthy();
});

it('UI-5 gives each name a drawing of its own', () => {
  const { container } = render(
    <>
      <Icon name="rateUp" />
      <Icon name="rateDown" />
    </>
  );
  const [up, down] = container.querySelectorAll('path');
  expect(up.getAttribute('d')).not.toBe(down.getAttribute('d'));
});

it('UI-5 reads the label of a button aloud, shows it when pointed at, and acts', () => {
  const onClick = vi.fn();
  render(<IconButton icon="trash" label="Delete" onClick={onClick} />);
  const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Delete' });
  expect(button.getAttribute('aria-label')).toBe('Delete');
  expect(button.title).toBe('Delete');
  expect(button.type).toBe('button');
  fireEvent.click(button);
  expect(onClick).toHaveBeenCalledTimes(1);
});

it('UI-5 says whether a button is pressed or open only where that means something', () => {
  const { rerender } = render(<IconButton icon="star" label="Rate" onClick={vi.fn()} pressed={false} />);
  const button = screen.getByRole('button', { name: 'Rate' });
  expect(button.getAttribute('aria-pressed')).toBe('false');
  expect(button.hasAttribute('aria-expanded')).toBe(false);
  rerender(<IconButton icon="star" label="Rate" onClick={vi.fn()} expanded />);
  expect(button.getAttribute('aria-expanded')).toBe('true');
  expect(button.hasAttribute('aria-pressed')).toBe(false);
});

it('UI-5 does nothing while it is disabled', () => {
  const onClick = vi.fn();
  render(<IconButton icon="trash" label="Delete" disabled onClick={onClick} />);
  fireEvent.click(screen.getByRole('button', { name: 'Delete' }));
  expect(onClick).not.toHaveBeenCalled();
});
