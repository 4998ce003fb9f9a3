import { render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { english } from '../i18n';
import { KeyboardSheet } from './KeyboardSheet';

it('UI-5 lists the keys, sending as I chose it', () => {
  render(<KeyboardSheet trans={english} sendWith="enter" onClose={vi.fn()} />);
  const sheet = screen.getByRole('dialog', { name: 'Keyboard' });
  expect(sheet.textContent).toContain('EnterSend the message');
  expect(sheet.textContent).toContain('Shift + EnterNew line');
});
