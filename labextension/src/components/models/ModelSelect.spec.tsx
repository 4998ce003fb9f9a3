import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { FakeModels } from '../../testing/FakeModels';
import { ModelSelect, ModelSelectProps } from './ModelSelect';

function open(props: Partial<ModelSelectProps> = {}) {
  const fake = new FakeModels();
  fake.add({ name: 'Tiny', provider_id: 'embedded', demo: true });
  fake.add({ name: 'Llama', model: 'llama3.2:3b' });
  fake.add({ name: 'Qwen', model: 'qwen3:8b' });
  const onChange = vi.fn();
  render(
    <ModelSelect
      configs={fake.configs}
      providers={fake.providers}
      value={1}
      onChange={onChange}
      trans={english}
      {...props}
    />
  );
  return { onChange, user: userEvent.setup() };
}

describe('ModelSelect', () => {
  it('UI-1 shows the chosen model and labels the demo model', () => {
    open();
    expect(screen.getByRole('button', { name: 'Model: Tiny tiny demo model' }).textContent).toContain(
      'tiny demo model'
    );
  });

  it('UI-1 groups the models by provider', async () => {
    const { user } = open();
    await user.click(screen.getByRole('button'));
    const ollama = screen.getByRole('group', { name: 'Ollama' });
    expect(within(ollama).getAllByRole('option')).toHaveLength(2);
    expect(screen.getByRole('option', { name: /Tiny/ }).getAttribute('aria-selected')).toBe('true');
  });

  it('UI-5 is used with the keyboard alone, and the focus comes back', async () => {
    const { user, onChange } = open();
    await user.tab();
    await user.keyboard('{ArrowDown}');
    const search = screen.getByRole('combobox');
    expect(document.activeElement).toBe(search);
    await user.keyboard('{ArrowDown}');
    const active = document.getElementById(search.getAttribute('aria-activedescendant') ?? '');
    expect(active?.textContent).toContain('Llama');
    await user.keyboard('{Enter}');
    expect(onChange).toHaveBeenCalledWith(2);
    expect(document.activeElement).toBe(screen.getByRole('button'));
  });

  it('UI-5 searches by name, model and provider', async () => {
    const { user, onChange } = open();
    await user.click(screen.getByRole('button'));
    await user.keyboard('ollama qw{Enter}');
    expect(onChange).toHaveBeenCalledWith(3);
  });

  it('UI-6 says when nothing matches, and closes on Escape', async () => {
    const { user, onChange } = open();
    await user.click(screen.getByRole('button'));
    await user.keyboard('zzz{Enter}');
    expect(screen.getByText('Nothing matches')).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(onChange).not.toHaveBeenCalled();
  });

  it('UI-6 closes when something else is pressed', async () => {
    const { user } = open();
    await user.click(screen.getByRole('button'));
    await user.pointer({ keys: '[MouseLeft]', target: document.body });
    expect(screen.queryByRole('listbox')).toBeNull();
  });

  it('UI-1 leads to the models panel', async () => {
    const onManage = vi.fn();
    const { user } = open({ onManage });
    await user.click(screen.getByRole('button'));
    await user.click(screen.getByRole('button', { name: 'Manage models…' }));
    expect(onManage).toHaveBeenCalled();
  });

  it('UI-6 says that there is no model yet, or which one is gone', () => {
    open({ configs: [], value: null });
    expect(screen.getByRole('button', { name: 'Model: No model yet' })).toBeTruthy();
    open({ value: 99, missing: 'gpt-old' });
    expect(screen.getByRole('button', { name: 'Model: gpt-old' })).toBeTruthy();
  });
});
