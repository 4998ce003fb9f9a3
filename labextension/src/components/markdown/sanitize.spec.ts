import { describe, expect, it } from 'vitest';
import { Sanitizer } from './sanitize';

const sanitizer = new Sanitizer();

function clean(html: string): string {
  const box = document.createElement('div');
  box.append(sanitizer.fragment(html));
  return box.innerHTML;
}

describe('a message', () => {
  it.each([
    ['<script>1</script>x', 'x'],
    ['<p id="a" style="color:red" onclick="1">x</p>', '<p>x</p>'],
    ['<p class="jp-Button language-python">x</p>', '<p class="language-python">x</p>'],
    ['<p data-x="1" aria-label="y">x</p>', '<p>x</p>'],
    ['<iframe src="https://evil.example"></iframe>x', 'x']
  ])('CHAT-9 makes %s into %s', (html, expected) => {
    expect(clean(html)).toBe(expected);
  });

  it.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'data:text/html,x',
    '/llmops/api/v1/me',
    '//evil.example'
  ])('CHAT-9 leaves a link to %s leading nowhere', address => {
    expect(clean(`<a href="${address}">x</a>`)).not.toContain('href');
  });

  it('CHAT-9 opens other links apart, without telling where the reader comes from', () => {
    const link = sanitizer.fragment('<a href="https://ok.example" target="_top">x</a>').querySelector('a');
    expect([link?.href, link?.target]).toEqual(['https://ok.example/', '_blank']);
    expect(link?.rel).toBe('noopener noreferrer nofollow');
  });

  it('CHAT-9 takes the address from a picture before it can load, and lets nobody else set it', () => {
    const html = '<img src="https://a.example/x.png" srcset="https://a.example/y.png 2x" alt="cat">';
    const image = sanitizer.fragment(html).querySelector('img')!;
    expect([image.hasAttribute('src'), image.hasAttribute('srcset'), image.alt]).toEqual([
      false,
      false,
      'cat'
    ]);
    expect(image.getAttribute('data-llmops-src')).toBe('https://a.example/x.png');
    expect(clean('<p data-llmops-src="https://a.example">x</p>')).toBe('<p>x</p>');
  });

  it('CHAT-9 keeps the tick of a task, which cannot be changed, and no other field', () => {
    const fields = sanitizer.fragment('<input type="checkbox" checked><input type="text">');
    const left = [...fields.querySelectorAll('input')];
    expect(left.map(({ type, disabled, checked }) => [type, disabled, checked])).toEqual([
      ['checkbox', true, true]
    ]);
  });
});

describe('formulas and drawings', () => {
  it('CHAT-9 keeps the marks of a formula and no way out of it', () => {
    const html = sanitizer.mathml(
      '<math><mrow href="https://evil.example"><mi>x</mi></mrow></math><img src="x"><a href="y">z</a>'
    );
    expect(html).toContain('<mi>x</mi>');
    expect(html).not.toMatch(/href|src|<img|<a/);
  });

  it('CHAT-9 keeps the shapes of a drawing and nothing that runs or loads', () => {
    const svg = sanitizer.svg(
      '<svg><rect width="4"/><script>1</script><a href="https://evil.example"><text>t</text></a>' +
        '<image href="https://evil.example/x.png"/><foreignObject><p>x</p></foreignObject>' +
        '<use href="#x"/><g onload="1"/></svg>'
    );
    expect(svg).toContain('<rect');
    expect(svg).not.toMatch(/script|href|<image|foreignObject|<use|onload|evil/i);
  });
});
