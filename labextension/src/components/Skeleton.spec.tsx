import { render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it } from 'vitest';
import { Skeleton } from './Skeleton';

it('UI-6 draws as many lines as will come', () => {
  render(<Skeleton lines={4} label="Loading the chats" />);
  expect(screen.getByRole('status').querySelectorAll('.jp-LLMOps-skeleton')).toHaveLength(4);
});

it('UI-5 says what is coming in a polite announcement, and nothing else', () => {
  render(<Skeleton lines={2} label="Loading the chats" />);
  const status = screen.getByRole('status', { name: 'Loading the chats' });
  expect(status.textContent).toBe('');
});
