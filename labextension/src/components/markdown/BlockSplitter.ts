import { MarkedToken, Token } from 'marked';
import { lexer } from './marked';

export interface Block {
  kind: 'text' | 'code';
  /** Markdown of this block; for code the text inside the fence. */
  source: string;
  language: string;
  /** Nothing that comes later can change it. */
  settled: boolean;
}

/** A list longer than this is cut between its items, or every frame would draw all of it again. */
const LONG_LIST = 4_000;

/** Splits a growing text into settled blocks and a live tail; one push costs as much as the tail is long. */
export class BlockSplitter {
  private readonly settled: Block[] = [];
  private tail = '';

  /** Blocks after `delta` more text. */
  push(delta: string): Block[] {
    this.tail += delta;
    const tokens = lexer(this.tail);
    const live = this.settle(tokens).filter(isVisible);
    return [...this.settled, ...live.map(token => toBlock(token, false))];
  }

  /** All blocks as settled: the text has ended. */
  finish(): Block[] {
    const rest = lexer(this.tail).filter(isVisible);
    this.settled.push(...rest.map(token => toBlock(token, true)));
    this.tail = '';
    return [...this.settled];
  }

  /** Move what is final out of the tail; returns the tokens that stay. */
  private settle(tokens: Token[]): Token[] {
    let end = tokens.length - 1;
    while (end > 0 && !isVisible(tokens[end])) {
      end--;
    }
    let position = 0;
    let count = 0;
    while (count < end && this.tail.startsWith(tokens[count].raw, position)) {
      // marked may join tokens; then `raw` is not the source any more, and the rest stays in the tail
      position += tokens[count].raw.length;
      if (isVisible(tokens[count])) {
        this.settled.push(toBlock(tokens[count], true));
      }
      count++;
    }
    this.tail = this.tail.slice(position);
    return this.cutList(tokens[count]) ? lexer(this.tail) : tokens.slice(count);
  }

  /** Cut a long list before its last item. */
  private cutList(token: Token | undefined): boolean {
    const list = token as MarkedToken | undefined;
    if (list?.type !== 'list' || list.raw.length < LONG_LIST || list.items.length < 3) {
      return false;
    }
    const raw = list.items
      .slice(0, -1)
      .map(item => item.raw)
      .join('');
    if (!this.tail.startsWith(raw)) {
      return false;
    }
    this.settled.push({ kind: 'text', source: raw, language: '', settled: true });
    this.tail = this.tail.slice(raw.length);
    return true;
  }
}

function isVisible(token: Token): boolean {
  return token.type !== 'space' && token.type !== 'def';
}

function toBlock(token: Token, settled: boolean): Block {
  const known = token as MarkedToken;
  if (known.type === 'code') {
    const language = (known.lang ?? '').trim().split(/\s/)[0].toLowerCase();
    return { kind: 'code', source: known.text, language, settled };
  }
  return { kind: 'text', source: token.raw, language: '', settled };
}
