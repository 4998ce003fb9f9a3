import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { ApiError, NetworkError } from '../api/errors';
import { english } from '../i18n';
import { Problem } from './Problem';

it('UI-6 says what happened, what to do, and gives the request id', async () => {
  const writeText = vi.fn(() => Promise.resolve());
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
  render(
    <Problem problem={new ApiError('Wrong key.', 'key', 401, 'Check the key.', [], 'r-9')} trans={english} />
  );
  expect(screen.getByRole('alert').textContent).toContain('Wrong key.Check the key.');
  fireEvent.click(screen.getByRole('button', { name: 'Copy request id' }));
  expect(writeText).toHaveBeenCalledWith('r-9');
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy();
});

it('UI-6 has its own words for a connection that failed', () => {
  render(<Problem problem={new NetworkError('Failed to fetch')} trans={english} />);
  expect(screen.getByRole('alert').textContent).toContain('The server cannot be reached.');
  expect(screen.getByRole('alert').textContent).not.toContain('Failed to fetch');
});
