import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { ModelConfig } from '../../api/types';
import { english } from '../../i18n';
import { FakeModels, provider } from '../../testing/FakeModels';
import { ConfigCard, ConfigCardProps } from './ConfigCard';

function open(changes: Partial<ModelConfig> = {}, props: Partial<ConfigCardProps> = {}) {
  const config = new FakeModels().add({ name: 'Fast', ...changes });
  const calls = {
    onOpen: vi.fn(),
    onToggle: vi.fn(),
    onTest: vi.fn(),
    onDuplicate: vi.fn(),
    onDefault: vi.fn(),
    onDelete: vi.fn()
  };
  const view = render(
    <ul>
      <ConfigCard
        config={config}
        provider={provider('ollama', 'Ollama', 'local', null)}
        open={false}
        selected={false}
        testing={false}
        trans={english}
        {...calls}
        {...props}
      />
    </ul>
  );
  return { ...view, ...calls, id: config.id, user: userEvent.setup() };
}

const main = () => screen.getByRole('button', { name: /Fast.*not tested|Fast.*testing/ });
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });

describe('ConfigCard', () => {
  it('PROV-6 names what each button does it to, and does it', async () => {
    const { user, id, ...calls } = open();
    await user.click(main());
    await user.click(screen.getByRole('checkbox', { name: 'Select Fast' }));
    await user.click(button('Test Fast'));
    await user.click(button('Make Fast the default'));
    await user.click(button('Duplicate Fast'));
    await user.click(button('Delete Fast'));
    expect(calls.onOpen.mock.calls).toEqual([[id]]);
    expect(calls.onToggle.mock.calls).toEqual([[id]]);
    expect(calls.onTest.mock.calls).toEqual([[id]]);
    expect(calls.onDefault.mock.calls).toEqual([[id]]);
    expect(calls.onDuplicate.mock.calls).toEqual([[id]]);
    expect(calls.onDelete.mock.calls).toEqual([[[id]]]);
  });

  it('PROV-6 says what it is: its model, the default, a demo', () => {
    open({ is_default: true, demo: true });
    expect(main().textContent).toContain('llama3.2:3b');
    expect(main().textContent).toContain('default');
    expect(main().textContent).toContain('tiny demo model');
    expect(button('Make Fast the default').disabled).toBe(true);
  });

  it('PROV-6 does not repeat a name that is the name of the model', () => {
    open({ name: 'llama3.2:3b' });
    expect(screen.getAllByText('llama3.2:3b')).toHaveLength(1);
  });

  it('PROV-7 does not start a second test while one runs', () => {
    open({}, { testing: true });
    expect(main().textContent).toContain('testing…');
    expect(button('Test Fast').disabled).toBe(true);
    expect(button('Delete Fast').disabled).toBe(false);
  });

  it('UI-5 tells a screen reader which one is open and which are selected', async () => {
    const { container } = open({}, { open: true, selected: true });
    expect(main().getAttribute('aria-current')).toBe('true');
    expect(screen.getByRole<HTMLInputElement>('checkbox').checked).toBe(true);
    const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map(violation => violation.id)).toEqual([]);
  });
});
