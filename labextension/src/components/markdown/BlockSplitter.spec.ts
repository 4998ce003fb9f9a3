import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Block, BlockSplitter } from './BlockSplitter';

function pushed(pieces: string[]): Block[] {
  const splitter = new BlockSplitter();
  pieces.forEach(piece => splitter.push(piece));
  return splitter.finish();
}

const pieceOf = fc.constantFrom(
  'A paragraph with **bold** and $x^2$.\n\n',
  '# Head\n\n',
  '```python\nprint("hi")\n```\n\n',
  '- one\n- two\n  - deep\n\n',
  '| a | b |\n|---|---|\n| 1 | 2 |\n\n',
  '> quote\n\n',
  '$$\n\\frac{1}{2}\n$$\n\n',
  '1. first\n2. second\n\n',
  '---\n\n'
);

describe('BlockSplitter', () => {
  it('CHAT-9 keeps one block for each paragraph, fence and table', () => {
    const blocks = pushed([...'a $x$ b\n\n```py\nx = 1\n```\n\n| a |\n|---|\n| 1 |\n\nend']);
    expect(blocks.map(block => block.kind)).toEqual(['text', 'code', 'text', 'text']);
    expect(blocks[1]).toMatchObject({ source: 'x = 1', language: 'py' });
  });

  it('CHAT-9 finds the same blocks whatever the chunks', () => {
    fc.assert(
      fc.property(fc.array(pieceOf, { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), (parts, size) => {
        const text = parts.join('');
        const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
        expect(pushed(chunks)).toEqual(pushed([text]));
      })
    );
  });

  it('CHAT-9 never changes a settled block', () => {
    const splitter = new BlockSplitter();
    const seen: Block[] = [];
    for (const character of 'One.\n\nTwo **b**.\n\n```\ncode\n\nmore\n```\n\n- a\n\n- b\n\nLast') {
      const settled = splitter.push(character).filter(block => block.settled);
      expect(settled.slice(0, seen.length)).toEqual(seen);
      seen.splice(0, seen.length, ...settled);
    }
  });

  it('CHAT-2 keeps the tail of a long list, table and answer short', () => {
    const list = Array.from(
      { length: 400 },
      (_, index) => `${index + 1}. item number ${index} with some words\n`
    );
    const table = [
      '| a | b |\n|---|---|\n',
      ...Array.from({ length: 400 }, (_, index) => `| ${index} | some words |\n`)
    ];
    for (const lines of [list, table]) {
      const splitter = new BlockSplitter();
      let longest = 0;
      for (const line of lines) {
        longest = Math.max(longest, splitter.push(line).at(-1)!.source.length);
      }
      expect(longest).toBeLessThan(5_000);
      const whole = splitter
        .finish()
        .map(block => block.source)
        .join('');
      expect(whole).toContain(lines[5].trim());
      expect(whole).toContain(lines.at(-1)!.trim());
    }
  });
});
