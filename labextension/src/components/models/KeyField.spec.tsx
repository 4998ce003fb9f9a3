import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { provider } from '../../testing/FakeModels';
import { KeyField, KeyFieldProps } from './KeyField';

const OPENAI = provider('openai', 'OpenAI', 'cloud', null, true);
const OLLAMA = provider('ollama', 'Ollama', 'local', null);

function open({ value: start = null, ...props }: Partial<KeyFieldProps> = {}) {
  const onChange = vi.fn();
  function Key(): JSX.Element {
    const [value, setValue] = React.useState<string | null>(start);
    const change = (next: string | null) => {
      onChange(next);
      setValue(next);
    };
    return (
      <KeyField value={value} hint={null} provider={OPENAI} trans={english} {...props} onChange={change} />
    );
  }
  return { ...render(<Key />), onChange, user: userEvent.setup() };
}

const field = () => screen.getByLabelText<HTMLInputElement>('API key');
const press = (name: string) => screen.getByRole('button', { name });

describe('KeyField', () => {
  it('PROV-8 hides a new key while it is typed, until it is to be shown', async () => {
    const { user, onChange } = open();
    expect(field().type).toBe('password');
    expect(field().autocomplete).toBe('new-password');
    await user.click(field());
    await user.paste('  sk-new\n');
    expect(onChange).toHaveBeenLastCalledWith('sk-new');
    await user.click(press('Show'));
    expect(field().type).toBe('text');
    expect(press('Hide').getAttribute('aria-pressed')).toBe('true');
    await user.clear(field());
    expect(onChange).toHaveBeenLastCalledWith(null);
  });

  it('PROV-8 shows four characters of a stored key at most, and lets nobody edit them', async () => {
    const { user, container, onChange } = open({ hint: 'sk-secret-9f2c' });
    expect(field().value).toBe('••••••••9f2c');
    expect(container.innerHTML).not.toContain('secret');
    await user.type(field(), 'x');
    expect(onChange).not.toHaveBeenCalled();
  });

  it('PROV-8 replaces a stored key, with the focus where the new one is typed', async () => {
    const { user, onChange } = open({ hint: '9f2c' });
    await user.click(press('Replace'));
    expect(document.activeElement).toBe(field());
    await user.keyboard('new');
    expect(onChange).toHaveBeenLastCalledWith('new');
    await user.click(press('Keep the stored key'));
    expect(onChange).toHaveBeenLastCalledWith(null);
    expect(field().value).toBe('••••••••9f2c');
  });

  it('PROV-8 removes a stored key on saving, and takes that back', async () => {
    const { user, onChange } = open({ hint: '9f2c' });
    await user.click(press('Remove'));
    expect(onChange).toHaveBeenLastCalledWith('');
    expect(field().value).toBe('Removed when you save');
    await user.click(press('Keep it'));
    expect(onChange).toHaveBeenLastCalledWith(null);
    expect(field().value).toBe('••••••••9f2c');
  });

  it.each([
    ['the organisation has one', { ...OPENAI, has_org_key: true }, /organisation’s key is available/],
    ['the provider needs none', OLLAMA, /^Not needed/],
    ['one is needed', OPENAI, /^Stored encrypted/]
  ])('PROV-3 helps with the key where %s', (_case, chosen, help) => {
    open({ provider: chosen });
    const id = field().getAttribute('aria-describedby') ?? '';
    expect(document.getElementById(id)?.textContent).toMatch(help);
  });

  it('PROV-8 says what the server has against the key', () => {
    open({ problem: 'This is no key.' });
    expect(screen.getByRole('alert').textContent).toBe('This is no key.');
    expect(field().getAttribute('aria-invalid')).toBe('true');
  });
});
