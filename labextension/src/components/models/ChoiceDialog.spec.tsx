import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { ChoiceDialog, DialogAction } from './ChoiceDialog';

function open(actions?: DialogAction[]) {
  const calls = { onClose: vi.fn(), drop: vi.fn(), save: vi.fn() };
  const view = render(
    <ChoiceDialog
      title="Leave the form?"
      onClose={calls.onClose}
      actions={
        actions ?? [
          { label: 'Discard', kind: 'danger', onPress: calls.drop },
          { label: 'Save', kind: 'primary', onPress: calls.save }
        ]
      }
      trans={english}
    >
      <p>You have not saved.</p>
    </ChoiceDialog>
  );
  return { ...view, ...calls };
}

describe('ChoiceDialog', () => {
  it('UI-5 is a dialog named by its title, with its text', () => {
    open();
    expect(screen.getByRole('dialog', { name: 'Leave the form?' }).textContent).toContain(
      'You have not saved.'
    );
  });

  it('UI-6 gives the focus to the first answer that destroys nothing, so that Enter is safe', async () => {
    const { drop, save } = open();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Save' }));
    await userEvent.keyboard('{Enter}');
    expect(save).toHaveBeenCalledTimes(1);
    expect(drop).not.toHaveBeenCalled();
  });

  it('UI-6 marks the dangerous answer and runs the one pressed', async () => {
    const { drop, save, onClose } = open();
    const danger = screen.getByRole('button', { name: 'Discard' });
    expect(danger.className).toContain('jp-LLMOps-button-mod-danger');
    await userEvent.click(danger);
    expect(drop).toHaveBeenCalledTimes(1);
    expect(save).not.toHaveBeenCalled();
    expect(onClose).not.toHaveBeenCalled();
  });

  it('UI-5 closes with Escape and with its cross, choosing nothing', async () => {
    const { drop, save, onClose } = open();
    // what the browser sends a modal <dialog> on Escape
    fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
    await userEvent.click(screen.getByRole('button', { name: 'Close' }));
    expect(onClose).toHaveBeenCalledTimes(2);
    expect(drop).not.toHaveBeenCalled();
    expect(save).not.toHaveBeenCalled();
  });
});
