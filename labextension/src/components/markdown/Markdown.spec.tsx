import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import katex from 'katex';
import * as React from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { Katex, Mermaid } from '../host';
import { Markdown, MarkdownProps } from './Markdown';
import { RichText } from './RichText';

const rich = new RichText();

function draw(text: string, props: Partial<MarkdownProps> = {}) {
  return render(<Markdown text={text} rich={rich} trans={english} {...props} />);
}

const XSS = [
  '<script>window.hacked = 1</script>',
  '<img src=x onerror="window.hacked = 1">',
  '<svg onload="window.hacked = 1"><image href="https://evil.example/a.svg"/></svg>',
  '<iframe srcdoc="<script>parent.hacked = 1</script>"></iframe>',
  '<a href="javascript:window.hacked = 1">x</a>',
  '[x](javascript:window.hacked=1)',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](vbscript:msgbox)',
  '<math><mtext><table><mglyph><style><img src=x onerror="window.hacked = 1">',
  '<form action="https://evil.example"><button>Sign in</button></form>',
  '<style>* { background: url(https://evil.example/a.png) }</style>',
  '<p style="background: url(https://evil.example/b.png)">x</p>',
  '<object data="https://evil.example/a.swf"></object>',
  '<video poster="https://evil.example/p.png" src="https://evil.example/v.mp4"></video>',
  '<base href="https://evil.example/">',
  '<input type="image" src="https://evil.example/i.png">',
  '<table background="https://evil.example/t.png"><tr><td>x</td></tr></table>',
  '<a id="location" name="cookie" href="https://ok.example">x</a>',
  '```html\n</code></pre><img src=x onerror="window.hacked = 1">\n```',
  '```"><img src=x onerror="window.hacked = 1">\ncode\n```',
  '- a\n\n  ```js\n  </code><script>window.hacked = 1</script>\n  ```'
];

describe('safety', () => {
  it.each(XSS)('CHAT-9 makes %s harmless', text => {
    const { container } = draw(text);
    expect((window as { hacked?: number }).hacked).toBeUndefined();
    expect(
      container.querySelector('script, iframe, object, video, form, style, base, svg image, link')
    ).toBeNull();
    for (const element of container.querySelectorAll('.jp-LLMOps-block *')) {
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^on|^style$|^id$|^name$|background|poster/);
        expect(`${name}=${value}`).not.toMatch(/^(href|src)=\s*(javascript|vbscript|data:text)/i);
        expect(`${name}=${value}`).not.toMatch(/^src=https?:/);
      }
    }
  });

  it('CHAT-9 opens links apart and gives nothing to where they lead', () => {
    draw('[docs](https://pandas.pydata.org)');
    const link = screen.getByRole('link');
    expect(link.getAttribute('target')).toBe('_blank');
    expect(link.getAttribute('rel')).toContain('noopener');
  });

  it('CHAT-9 asks before it loads a remote image', () => {
    const { container } = draw('![a cat](https://cats.example/cat.png)');
    expect(container.querySelector('img')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: /a cat.*cats\.example/ }));
    expect(container.querySelector('img')?.src).toBe('https://cats.example/cat.png');
    expect(container.querySelector('img')?.referrerPolicy).toBe('no-referrer');
  });

  it('CHAT-9 loads remote images without asking where I said so, and those in the message always', () => {
    const { container } = draw('![a](https://cats.example/cat.png) ![b](data:image/png;base64,AAAA)', {
      remoteImages: true
    });
    expect(container.querySelectorAll('img')).toHaveLength(2);
    expect(draw('![b](data:image/png;base64,AAAA)').container.querySelectorAll('img')).toHaveLength(1);
  });
});

describe('code', () => {
  const writeText = vi.fn(() => Promise.resolve());
  beforeEach(() => {
    writeText.mockClear();
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
  });

  it('CHAT-9 colours code and copies it as it was written', async () => {
    const { container } = draw('```python\nfor i in range(3):\n    print("<b>")\n```');
    expect(container.querySelector('.hljs-keyword')?.textContent).toBe('for');
    fireEvent.click(screen.getByRole('button', { name: 'Copy' }));
    expect(writeText).toHaveBeenCalledWith('for i in range(3):\n    print("<b>")');
    await screen.findByRole('button', { name: 'Copied' });
  });

  it('CHAT-10 inserts code where the host has a place for it', () => {
    const onInsert = vi.fn();
    draw('```python\nx = 1\n```', { onInsert });
    fireEvent.click(screen.getByRole('button', { name: 'Insert' }));
    expect(onInsert).toHaveBeenCalledWith('x = 1', 'python');
  });

  it('CHAT-9 colours code inside a list too', () => {
    const { container } = draw('- step\n\n  ```python\n  import os\n  ```\n');
    expect(container.querySelector('li .hljs-keyword')?.textContent).toBe('import');
    fireEvent.click(screen.getByRole('button', { name: 'Copy' }));
    expect(writeText).toHaveBeenCalledWith('import os\n');
  });

  it('CHAT-9 fetches a language that is not built in', async () => {
    const language = vi.fn(async () => (await import('highlight.js/lib/languages/haskell')).default);
    const { container } = draw('```haskell\nmodule Main where\n```', { rich: new RichText({ language }) });
    expect(container.querySelector('.hljs-keyword')).toBeNull();
    await waitFor(() => expect(container.querySelector('.hljs-keyword')?.textContent).toBe('module'));
  });

  it('CHAT-9 shows all of a long block of code', () => {
    const lines = Array.from({ length: 500 }, (_, index) => `value_${index} = ${index}`);
    const { container } = draw('```python\n' + lines.join('\n') + '\n```');
    expect(container.querySelector('code')?.textContent).toBe(lines.join('\n'));
  });
});

describe('formulas and diagrams', () => {
  const withKatex = () => new RichText({ katex: async () => katex as unknown as Katex });

  it('CHAT-9 sets formulas as MathML once KaTeX is here', async () => {
    const { container } = draw('Inline $E = mc^2$ and\n\n$$\\frac{1}{2}$$\n\nand \\(a+b\\).', {
      rich: withKatex()
    });
    await waitFor(() => expect(container.querySelectorAll('math')).toHaveLength(3));
    expect(container.querySelector('math[display="block"] mfrac')).not.toBeNull();
  });

  it('CHAT-9 leaves prices alone', async () => {
    const { container } = draw('It costs $5 and then $10 more.', { rich: withKatex() });
    expect(container.textContent?.trim()).toBe('It costs $5 and then $10 more.');
  });

  it('CHAT-9 runs nothing from a formula', async () => {
    const { container } = draw(
      '$\\href{javascript:alert(1)}{x}$ $\\includegraphics{https://evil.example/x.png}$',
      {
        rich: withKatex()
      }
    );
    await waitFor(() => expect(container.querySelector('math')).not.toBeNull());
    expect(container.querySelector('a, img, [href], [src]')).toBeNull();
  });

  it('CHAT-9 shows the source of a formula where there is no KaTeX', () => {
    expect(draw('Inline $E = mc^2$.').container.textContent?.trim()).toBe('Inline E = mc^2.');
  });

  const mermaid = (svg = '<svg viewBox="0 0 10 10" width="100%"><script>1</script><text>A</text></svg>') => {
    const initialize = vi.fn();
    const library: Mermaid = { initialize, render: vi.fn(async () => ({ svg })) };
    const load = vi.fn(async () => library);
    return { initialize, load, rich: new RichText({ mermaid: load }) };
  };
  const DIAGRAM = '```mermaid\ngraph TD\n  A --> B\n```';

  it('CHAT-9 draws a diagram as an image in which nothing runs', async () => {
    const fake = mermaid();
    const { container } = draw(DIAGRAM, { rich: fake.rich });
    const image = await screen.findByRole('img', { name: 'Diagram' });
    expect(decodeURIComponent(image.getAttribute('src')!)).toMatch(
      /^data:image\/svg\+xml;charset=utf-8,<svg/
    );
    expect(decodeURIComponent(image.getAttribute('src')!)).not.toContain('script');
    expect(fake.initialize.mock.calls[0][0]).toMatchObject({ securityLevel: 'strict', startOnLoad: false });
    expect(container.querySelector('.jp-LLMOps-diagram svg text')).toBeNull();
  });

  it('CHAT-9 does not load Mermaid before the diagram is complete', () => {
    const fake = mermaid();
    draw('```mermaid\ngraph TD\n  A --> B', { rich: fake.rich, live: true });
    expect(fake.load).not.toHaveBeenCalled();
  });

  it.each([
    'A@{ img: "https://evil.example/x.png" }',
    'style A fill:url(https://evil.example/x)',
    '%%{init: {}}%%'
  ])('CHAT-9 shows a diagram with %s as source', line => {
    const fake = mermaid();
    draw(`\`\`\`mermaid\ngraph TD\n  A --> B\n  ${line}\n\`\`\``, { rich: fake.rich });
    expect(fake.load).not.toHaveBeenCalled();
    expect(screen.getByText(/graph TD/)).toBeTruthy();
  });

  it('CHAT-9 says what is wrong with a diagram and keeps its source', async () => {
    const library: Mermaid = {
      initialize: vi.fn(),
      render: () => Promise.reject(new Error('Parse error on line 2'))
    };
    draw(DIAGRAM, { rich: new RichText({ mermaid: async () => library }) });
    expect(await screen.findByText(/Parse error on line 2/)).toBeTruthy();
    expect(screen.getByText(/graph TD/)).toBeTruthy();
  });
});

describe('growing', () => {
  it('CHAT-2 keeps settled blocks as they are in the page', () => {
    const text = 'First paragraph.\n\nSecond one.\n\n- a\n- b\n\nThe end';
    const { container, rerender } = draw('First paragraph.\n\nSec', { live: true });
    const first = container.querySelector('.jp-LLMOps-block p');
    for (let end = 22; end <= text.length; end++) {
      rerender(<Markdown text={text.slice(0, end)} live rich={rich} trans={english} />);
    }
    expect(container.querySelector('.jp-LLMOps-block p')).toBe(first);
    rerender(<Markdown text={text} rich={rich} trans={english} />);
    expect(container.querySelectorAll('.jp-LLMOps-block')).toHaveLength(4);
  });

  it('LLM-2 begins anew when the text is taken back', () => {
    const { container, rerender } = draw('Let me think.\n\nHmm', { live: true });
    rerender(<Markdown text="42" live rich={rich} trans={english} />);
    expect(container.textContent?.trim()).toBe('42');
  });

  it('CHAT-9 draws a table in a box that scrolls', () => {
    draw('| a | b |\n|---|---|\n| 1 | 2 |');
    expect(screen.getByRole('region', { name: 'Table' }).querySelectorAll('td')).toHaveLength(2);
  });
});
