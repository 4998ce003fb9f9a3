import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it } from 'vitest';
import { english } from '../../i18n';
import { ThinkingFold } from './ThinkingFold';

it('CHAT-3 is open while the model thinks and folds with its duration afterwards', () => {
  const props = { text: 'first this', since: Date.now() - 4_000, trans: english };
  const { rerender } = render(<ThinkingFold {...props} live durationMs={null} />);
  expect(screen.getByText('first this')).toBeTruthy();
  expect(screen.getByRole('button').textContent).toMatch(/Thinking for \d+ s…/);
  rerender(<ThinkingFold {...props} live={false} durationMs={3_210} />);
  expect(screen.queryByText('first this')).toBeNull();
  expect(screen.getByRole('button').textContent).toBe('Thought for 3.21 s');
});

it('CHAT-3 stays as the reader put it', () => {
  const props = { text: 'first this', since: null, durationMs: 100, trans: english };
  const { rerender } = render(<ThinkingFold {...props} live={false} />);
  fireEvent.click(screen.getByRole('button'));
  expect(screen.getByRole('button').getAttribute('aria-expanded')).toBe('true');
  rerender(<ThinkingFold {...props} text="first this, then that" live={false} />);
  expect(screen.getByText('first this, then that')).toBeTruthy();
});
