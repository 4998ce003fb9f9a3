import { expect, it } from 'vitest';
import { makeHighlighter } from './languages';

it.each(['python', 'py', 'r', 'sql', 'bash', 'sh', 'js', 'ts', 'json', 'yaml', 'html', 'toml', 'cpp'])(
  'CHAT-9 knows %s from the start',
  name => {
    expect(makeHighlighter().getLanguage(name)).toBeTruthy();
  }
);

it('CHAT-9 escapes all text in what it colours', () => {
  const { value } = makeHighlighter().highlight('x = "<script>" & y', { language: 'python' });
  expect(value).toContain('&lt;script&gt;');
  expect(value).not.toContain('<script');
});

it('CHAT-9 gives each highlighter languages of its own', () => {
  const first = makeHighlighter();
  first.registerLanguage('mine', () => ({ contains: [] }));
  expect(makeHighlighter().getLanguage('mine')).toBeUndefined();
});
