import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { ManualModelDialog } from './ManualModelDialog';

function open(start: string, problem?: string) {
  const calls = { onAdd: vi.fn(), onClose: vi.fn() };
  render(
    <ManualModelDialog providerName="vLLM" start={start} problem={problem} trans={english} {...calls} />
  );
  return { ...calls, user: userEvent.setup() };
}

const idField = () => screen.getByRole<HTMLInputElement>('textbox', { name: /Model id/ });
const contextField = () => screen.getByRole('textbox', { name: 'Context length (tokens)' });
const add = () => screen.getByRole('button', { name: 'Add model' });

describe('ManualModelDialog', () => {
  it('PROV-4 adds what was searched for, as a chat model unless told otherwise', async () => {
    const { user, onAdd } = open(' my-llama ');
    expect(screen.getByRole('dialog', { name: 'Add a model to vLLM' })).toBeTruthy();
    await user.click(add());
    expect(onAdd.mock.calls).toEqual([
      [{ id: 'my-llama', name: 'my-llama', capabilities: ['chat'], context_length: null }]
    ]);
  });

  it('PROV-4 adds it with its context length and what it can do', async () => {
    const { user, onAdd } = open('');
    await user.type(idField(), 'bge-m3');
    await user.type(contextField(), '8192');
    await user.click(screen.getByRole('checkbox', { name: 'chat' }));
    await user.click(screen.getByRole('checkbox', { name: 'embedding' }));
    await user.click(add());
    expect(onAdd).toHaveBeenCalledWith({
      id: 'bge-m3',
      name: 'bge-m3',
      capabilities: ['embedding'],
      context_length: 8192
    });
  });

  it('PROV-4 asks for the id, and adds nothing without one', async () => {
    const { user, onAdd } = open('  ');
    expect(screen.getByRole('alert').textContent).toBe('Type the id of the model.');
    await user.click(add());
    expect(onAdd).not.toHaveBeenCalled();
  });

  it.each(['8k', '0', '-1', '1.5'])('PROV-4 refuses a context length of %s', async context => {
    const { user, onAdd } = open('m');
    await user.type(contextField(), context);
    expect(screen.getByRole('alert').textContent).toBe('This must be a whole number above 0.');
    await user.click(add());
    expect(onAdd).not.toHaveBeenCalled();
  });

  it('UI-6 says at the id why the server refused it, and keeps what was typed', async () => {
    const { user, onClose } = open('gpt-4', 'There is such a model already.');
    expect(idField().getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByRole('alert').textContent).toBe('There is such a model already.');
    expect(idField().value).toBe('gpt-4');
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(onClose).toHaveBeenCalledTimes(1);
  });
});
