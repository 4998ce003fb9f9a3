import { describe, expect, it } from 'vitest';
import { escapeHtml, toHtml } from './marked';

const inline = (tex: string) => `<span class="jp-LLMOps-math">${tex}</span>`;
const block = (tex: string) => `<p class="jp-LLMOps-math jp-LLMOps-math-mod-block">${tex}</p>`;

describe('formulas', () => {
  it.each([
    ['$a_1 * b_1 * c$', inline('a_1 * b_1 * c')],
    ['\\(a+b\\)', inline('a+b')],
    ['so $$x$$ it is', inline('x')]
  ])('CHAT-9 finds %j in a line, with its marks untouched', (source, html) => {
    expect(toHtml(source)).toContain(html);
  });

  it.each(['$$\na\n+b\n$$', '\\[\na\n+b\n\\]'])('CHAT-9 finds %j as a block', source => {
    expect(toHtml(source)).toContain(block('a\n+b'));
  });

  it.each(['It costs $5 and then $10.', 'It costs $5–$10.', 'a $ b $ c', '`$x$`', '```\n$x$\n```'])(
    'CHAT-9 finds none in %j',
    source => {
      expect(toHtml(source)).not.toContain('jp-LLMOps-math');
    }
  );

  it('CHAT-9 escapes what is in a formula', () => {
    expect(toHtml('$<img src=x>$')).toContain(inline('&lt;img src=x&gt;'));
  });
});

it('CHAT-9 knows tables, struck text and task lists', () => {
  expect(toHtml('| a |\n|---|\n| 1 |')).toContain('<td>1</td>');
  expect(toHtml('~~old~~')).toContain('<del>old</del>');
  expect(toHtml('- [x] done')).toContain('type="checkbox"');
});

it('CHAT-9 escapes every mark that means something in HTML', () => {
  expect(escapeHtml('<a href="x">&</a>')).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;');
});
