import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import haskell from 'highlight.js/lib/languages/haskell';
import * as React from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { CodeBlock } from './CodeBlock';
import { RichText } from './RichText';

interface Drawn {
  rich?: RichText;
  onInsert?: (code: string, language: string) => void;
}

function draw(code: string, language: string, { rich = new RichText(), onInsert }: Drawn = {}) {
  const block = (text: string) => (
    <CodeBlock code={text} language={language} rich={rich} trans={english} onInsert={onInsert} />
  );
  const { container, rerender } = render(block(code));
  return { container, grow: (text: string) => rerender(block(text)) };
}

describe('the code', () => {
  it('CHAT-9 names its language, colours it, and can be scrolled by keyboard', () => {
    const { container } = draw('for x in y: pass', 'python');
    expect(screen.getByRole('figure').textContent).toContain('python');
    expect(container.querySelector('.hljs-keyword')?.textContent).toBe('for');
    expect(container.querySelector('pre')?.tabIndex).toBe(0);
  });

  it('CHAT-9 shows code of no known language as text, with nothing in it alive', () => {
    const { container } = draw('<img src=x onerror=alert(1)>', '');
    expect(screen.getByText('text')).toBeTruthy();
    expect(container.querySelector('code')?.textContent).toBe('<img src=x onerror=alert(1)>');
    expect(container.querySelector('img, code span span')).toBeNull();
  });

  it('CHAT-9 is coloured once its language has come', async () => {
    const rich = new RichText({ language: async () => haskell });
    const { container } = draw('module Main where', 'haskell', { rich });
    await waitFor(() => expect(container.querySelector('.hljs-keyword')?.textContent).toBe('module'));
  });

  it('CHAT-9 stays plain where its language cannot be had', async () => {
    const rich = new RichText({ language: () => Promise.reject(new Error('offline')) });
    const { container } = draw('module Main where', 'haskell', { rich });
    await act(async () => undefined);
    expect(container.querySelector('code')?.textContent).toBe('module Main where');
  });

  it('CHAT-2 draws only the last lines of long code again while it grows', () => {
    const code = Array.from({ length: 400 }, (_, index) => `value_${index} = ${index}`).join('\n');
    const rich = new RichText();
    const { container, grow } = draw(code, 'python', { rich });
    const highlight = vi.spyOn(rich, 'highlight');
    grow(`${code}\nlast = 1`);
    expect(container.querySelector('code')?.textContent).toBe(`${code}\nlast = 1`);
    const drawnAgain = highlight.mock.calls.map(([piece]) => piece).join('');
    expect(drawnAgain).toContain('last = 1');
    expect(drawnAgain).not.toContain('value_0 =');
  });
});

describe('its buttons', () => {
  const writeText = vi.fn<(text: string) => Promise<void>>();

  beforeEach(() => {
    writeText.mockReset().mockResolvedValue();
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
  });

  it('CHAT-5 copies the code as written and says so', async () => {
    draw('a < b\n', 'python');
    fireEvent.click(screen.getByRole('button', { name: 'Copy' }));
    expect(writeText).toHaveBeenCalledWith('a < b\n');
    expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy();
  });

  it('CHAT-5 does not say that it copied when it could not', async () => {
    writeText.mockRejectedValue(new Error('denied'));
    draw('x', 'python');
    fireEvent.click(screen.getByRole('button', { name: 'Copy' }));
    await act(async () => undefined);
    expect(screen.queryByRole('button', { name: 'Copied' })).toBeNull();
  });

  it('CHAT-10 offers to insert only where the host has a place for it', () => {
    draw('x = 1', 'python');
    expect(screen.queryByRole('button', { name: 'Insert' })).toBeNull();
    const onInsert = vi.fn();
    draw('x = 1', 'python', { onInsert });
    fireEvent.click(screen.getByRole('button', { name: 'Insert' }));
    expect(onInsert).toHaveBeenCalledWith('x = 1', 'python');
  });
});
