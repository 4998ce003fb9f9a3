import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventParser, readEvents, ServerEvent } from './sse';

function parse(pieces: string[]): ServerEvent[] {
  const parser = new EventParser();
  return pieces.flatMap(piece => parser.feed(piece));
}

describe('EventParser', () => {
  it('CHAT-2 reads id, event and data', () => {
    expect(parse(['id: 7\nevent: answer\ndata: {"text":"a"}\n\n'])).toEqual([
      { id: 7, type: 'answer', data: '{"text":"a"}' }
    ]);
  });

  it('CHAT-2 joins data lines, skips pings and keeps an unfinished event for later', () => {
    expect(parse([': ping\n\ndata: a\ndata: b\n\ndata: half'])).toEqual([
      { id: 0, type: 'message', data: 'a\nb' }
    ]);
  });

  it('CHAT-2 reads the same events whatever the chunks and the line ends', () => {
    const value = fc.string({ maxLength: 10 }).map(raw => raw.replace(/[\r\n]/g, ''));
    const lines = fc.array(value, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        lines,
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 7 }),
        (values, end, size) => {
          const text = values.map((one, index) => `id: ${index + 1}${end}data: x${one}${end}${end}`).join('');
          const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g'))!;
          expect(parse(pieces).map(event => event.data)).toEqual(values.map(one => `x${one}`));
        }
      )
    );
  });
});

describe('readEvents', () => {
  it('LLM-1 reads characters that are cut across chunks', async () => {
    const bytes = new TextEncoder().encode('data: 你好\n\n');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        bytes.forEach(byte => controller.enqueue(new Uint8Array([byte])));
        controller.close();
      }
    });
    const events: ServerEvent[] = [];
    for await (const event of readEvents(body)) {
      events.push(event);
    }
    expect(events[0].data).toBe('你好');
  });
});
