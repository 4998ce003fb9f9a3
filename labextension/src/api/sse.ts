/** One server-sent event; `id` is 0 when the event had none. */
export interface ServerEvent {
  id: number;
  type: string;
  data: string;
}

/** Turns the text of an event stream into events, whatever the chunks; does no I/O. */
export class EventParser {
  private rest = '';

  /** Events completed by this piece. */
  feed(piece: string): ServerEvent[] {
    this.rest += piece;
    const blocks = this.rest.split(/\r\n\r\n|\n\n|\r\r/);
    this.rest = blocks.pop() ?? '';
    // a trailing CR may be half of a CRLF pair that the next piece completes
    return blocks.map(parseEvent).filter((event): event is ServerEvent => event !== null);
  }
}

function parseEvent(block: string): ServerEvent | null {
  const event: ServerEvent = { id: 0, type: 'message', data: '' };
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [field, value] = splitLine(line);
    if (field === 'data') {
      data.push(value);
    } else if (field === 'event') {
      event.type = value;
    } else if (field === 'id') {
      event.id = Number(value) || 0;
    }
  }
  event.data = data.join('\n');
  return data.length ? event : null;
}

function splitLine(line: string): [string, string] {
  const colon = line.indexOf(':');
  if (colon <= 0) {
    // a comment (": ping") or a field without a value: nothing we read
    return ['', ''];
  }
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(' ') ? value.slice(1) : value];
}

/** Read a response body as events; ends when the body ends, throws when the connection breaks. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      yield* parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    // the reader may already be broken; then there is nothing left to close
    await reader.cancel().catch(() => undefined);
  }
}
