import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { answerOf } from '../../testing/panels';
import { BranchSwitch } from './BranchSwitch';

it('CHAT-5 shows 2/3 and goes to the neighbours', () => {
  const onSwitch = vi.fn();
  render(
    <BranchSwitch message={answerOf({ id: 5, siblings: [4, 5, 9] })} trans={english} onSwitch={onSwitch} />
  );
  expect(screen.getByLabelText('Version 2 of 3').textContent).toBe('2/3');
  fireEvent.click(screen.getByRole('button', { name: 'Next version' }));
  fireEvent.click(screen.getByRole('button', { name: 'Previous version' }));
  expect(onSwitch.mock.calls).toEqual([[9], [4]]);
});

it('CHAT-5 shows nothing for a message without versions', () => {
  const message = answerOf({ id: 5, siblings: [5] });
  expect(
    render(<BranchSwitch message={message} trans={english} onSwitch={vi.fn()} />).container.innerHTML
  ).toBe('');
});
