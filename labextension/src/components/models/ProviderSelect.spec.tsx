import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { FakeModels, provider } from '../../testing/FakeModels';
import { ProviderSelect, ProviderSelectProps } from './ProviderSelect';

async function open(props: Partial<ProviderSelectProps> = {}) {
  const onChange = vi.fn();
  const { providers } = new FakeModels();
  render(<ProviderSelect providers={providers} value="" onChange={onChange} trans={english} {...props} />);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: /^Provider: / }));
  return { onChange, providers, user };
}

describe('ProviderSelect', () => {
  it('PROV-1 groups the providers, those on this machine first', async () => {
    await open();
    const groups = screen.getAllByRole('group');
    expect(groups.map(group => group.getAttribute('aria-label'))).toEqual([
      'Built in',
      'On your own machines',
      'In the cloud',
      'Any other'
    ]);
    const local = within(groups[1]).getAllByRole('option');
    expect(local.map(option => option.textContent)).toEqual([
      expect.stringContaining('Ollamahttp://localhost:11434'),
      expect.stringContaining('vLLMhttp://localhost:8000/v1')
    ]);
  });

  it('PROV-1 leaves out groups that have no provider', async () => {
    await open({ providers: [provider('openai', 'OpenAI', 'cloud', null, true)] });
    expect(screen.getAllByRole('group')).toHaveLength(1);
  });

  it('PROV-1 hands on the whole provider that was chosen', async () => {
    const { user, onChange, providers } = await open();
    await user.keyboard('deep{Enter}');
    expect(onChange.mock.calls).toEqual([[providers.find(one => one.id === 'deepseek')]]);
  });

  it('PROV-3 shows a provider that is switched off, but does not choose it', async () => {
    const off = {
      ...provider('openai', 'OpenAI', 'cloud', 'https://api.openai.com/v1', true),
      enabled: false
    };
    const { user, onChange } = await open({ providers: [off] });
    const option = screen.getByRole('option', { name: /OpenAI.*Switched off/ });
    expect(option.getAttribute('aria-disabled')).toBe('true');
    await user.click(option);
    await user.keyboard('{Enter}');
    expect(onChange).not.toHaveBeenCalled();
  });

  it('UI-5 names the provider in use on its button', async () => {
    await open({ value: 'vllm' });
    expect(screen.getByRole('button', { name: 'Provider: vLLM' })).toBeTruthy();
    expect(screen.getByRole('option', { selected: true }).textContent).toContain('vLLM');
  });
});
