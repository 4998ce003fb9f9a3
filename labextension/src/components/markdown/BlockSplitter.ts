import { MarkedToken, Token, Tokens } from 'marked';
import { lexer } from './marked';

export interface Block {
  kind: 'text' | 'code';
  /** Markdown of this block; for code the text inside the fence. */
  source: string;
  language: string;
  /** Nothing that comes later can change it. */
  settled: boolean;
}

/** A list or table longer than this is cut between its items or rows, or every frame would draw all of it again. */
const LONG = 4_000;
/** A list marker has nine digits at most, a dot and a space. */
const LONGEST_MARKER = 12;

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
    let end = lastVisible(tokens, tokens.length);
    if (end > 0 && mayContinue(tokens[end])) {
      end = lastVisible(tokens, end);
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
    return this.cut(tokens[count] as MarkedToken | undefined) ? lexer(this.tail) : tokens.slice(count);
  }

  /** Settle all but the end of a long list or table; true when something was cut. */
  private cut(token: MarkedToken | undefined): boolean {
    if (!token || token.raw.length < LONG) {
      return false;
    }
    return token.type === 'list' ? this.cutList(token) : token.type === 'table' && this.cutTable(token);
  }

  /** Cut before the last item. */
  private cutList(list: Tokens.List): boolean {
    const raw = list.items
      .slice(0, -1)
      .map(item => item.raw)
      .join('');
    if (!raw || !this.tail.startsWith(raw)) {
      return false;
    }
    this.settleText(raw);
    this.tail = this.tail.slice(raw.length);
    return true;
  }

  /** Cut before the last row; the rest gets the head again. */
  private cutTable(table: Tokens.Table): boolean {
    const lines = table.raw.split('\n');
    const head = lines.slice(0, 2).join('\n');
    const end = table.raw.lastIndexOf('\n', table.raw.length - 2) + 1;
    if (lines.length < 5 || !this.tail.startsWith(table.raw)) {
      return false;
    }
    this.settleText(this.tail.slice(0, end));
    this.tail = `${head}\n${this.tail.slice(end)}`;
    return true;
  }

  private settleText(source: string): void {
    this.settled.push({ kind: 'text', source, language: '', settled: true });
  }
}

/** Index of the last visible token before `end`; 0 when there is none. */
function lastVisible(tokens: Token[], end: number): number {
  for (let index = end - 1; index > 0; index--) {
    if (isVisible(tokens[index])) {
      return index;
    }
  }
  return 0;
}

/** Whether a beginning line may still become an item of the list before it: `2` looks like a paragraph until `2. `. */
function mayContinue(token: Token): boolean {
  return token.raw.length <= LONGEST_MARKER && !token.raw.includes('\n');
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
