import { render } from '@testing-library/react';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { ProviderIcon } from './ProviderIcon';

vi.mock('./providerIcons', () => ({
  PROVIDER_ICONS: { ollama: '<svg><title>llama</title></svg>', custom: '<svg><title>plug</title></svg>' }
}));

function drawn(icon: JSX.Element): HTMLElement {
  return render(icon).container.firstElementChild as HTMLElement;
}

describe('ProviderIcon', () => {
  it('PROV-1 shows the sign of a provider in the size asked for', () => {
    const icon = drawn(<ProviderIcon id="ollama" name="Ollama" size={24} />);
    expect(icon.querySelector('svg title')?.textContent).toBe('llama');
    expect([icon.style.width, icon.style.height]).toEqual(['24px', '24px']);
  });

  it('PROV-1 shows the sign that is named, and the provider’s own where there is no such sign', () => {
    expect(drawn(<ProviderIcon id="my-llm" name="Mine" icon="custom" />).textContent).toBe('plug');
    expect(drawn(<ProviderIcon id="ollama" name="Ollama" icon="unknown" />).textContent).toBe('llama');
  });

  it('PROV-1 shows a letter for a provider without a sign, as text', () => {
    expect(drawn(<ProviderIcon id="x" name="sglang" />).textContent).toBe('S');
    expect(drawn(<ProviderIcon id="xinference" name="" />).textContent).toBe('X');
    expect(drawn(<ProviderIcon id="x" name="<b>" />).innerHTML).toBe('&lt;');
  });

  it('UI-5 is decoration: a screen reader reads the name beside it, not the sign', () => {
    const icons = [
      <ProviderIcon key="1" id="ollama" name="Ollama" />,
      <ProviderIcon key="2" id="x" name="X" />
    ];
    expect(icons.map(icon => drawn(icon).getAttribute('aria-hidden'))).toEqual(['true', 'true']);
  });
});
