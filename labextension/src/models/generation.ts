import { GenerationEvent, Message, MessageStatus } from '../api/types';

/** An answer as far as it has come, plus the number of the last event in it. Grown in place: it can be long. */
export interface Generation {
  message: Message;
  lastId: number;
  /** When the first thinking arrived, in ms; null while there is none. */
  thinkingSince: number | null;
  title: string | null;
  userMessageId: number | null;
  done: boolean;
}

export function beginGeneration(message: Message): Generation {
  return { message, lastId: 0, thinkingSince: null, title: null, userMessageId: null, done: false };
}

/** Take one event in; an event seen before (a resumed stream may repeat) changes nothing. Returns whether it counted. */
export function takeEvent(generation: Generation, event: GenerationEvent, now: number): boolean {
  if (generation.done || (event.id > 0 && event.id <= generation.lastId)) {
    return false;
  }
  generation.lastId = Math.max(generation.lastId, event.id);
  generation.message = { ...generation.message };
  write(generation, event, now);
  return true;
}

function write(generation: Generation, event: GenerationEvent, now: number): void {
  const message = generation.message;
  switch (event.type) {
    case 'start':
      start(generation, event.data);
      break;
    case 'thinking':
      generation.thinkingSince ??= now;
      message.thinking += event.data.text;
      break;
    case 'answer':
      endThinking(generation, now);
      message.content += event.data.text;
      break;
    case 'retag':
      generation.thinkingSince ??= now;
      message.thinking += message.content;
      message.content = '';
      message.thinking_ms = null;
      break;
    case 'notice':
      message.notices = [...message.notices, event.data.text];
      break;
    case 'usage':
      recordUsage(message, event.data);
      break;
    case 'title':
      generation.title = event.data.title;
      break;
    case 'error':
      message.error = event.data;
      break;
    case 'done':
      endThinking(generation, now);
      message.status = event.data.status;
      message.finish_reason = event.data.finish_reason;
      generation.done = true;
      break;
  }
}

/** A `start` is the first event of a log or of a replay: in both cases the whole text follows. */
function start(
  generation: Generation,
  data: { message_id: number; user_message_id: number | null; model: string }
): void {
  const message = generation.message;
  message.siblings = message.siblings.map(id => (id === message.id ? data.message_id : id));
  message.id = data.message_id;
  if (message.parent_id !== null && message.parent_id < 0) {
    message.parent_id = data.user_message_id;
  }
  message.model = data.model || message.model;
  message.status = 'streaming';
  message.content = '';
  message.thinking = '';
  message.thinking_ms = null;
  message.notices = [];
  message.error = null;
  generation.thinkingSince = null;
  generation.userMessageId = data.user_message_id;
}

function endThinking(generation: Generation, now: number): void {
  const { message, thinkingSince } = generation;
  if (thinkingSince !== null && message.thinking && message.thinking_ms === null) {
    message.thinking_ms = Math.max(0, Math.round(now - thinkingSince));
  }
}

function recordUsage(message: Message, data: Extract<GenerationEvent, { type: 'usage' }>['data']): void {
  const { ttft_ms, total_ms, thinking_ms, ...usage } = data;
  message.usage = {
    prompt_tokens: null,
    completion_tokens: null,
    total_tokens: null,
    estimated: false,
    cost: null,
    ...message.usage,
    ...usage
  };
  message.ttft_ms = ttft_ms ?? message.ttft_ms;
  message.total_ms = total_ms ?? message.total_ms;
  message.thinking_ms = thinking_ms ?? message.thinking_ms;
}

const SETTLED: ReadonlySet<MessageStatus> = new Set(['complete', 'stopped', 'interrupted', 'failed']);

export function isSettled(message: Message): boolean {
  return SETTLED.has(message.status);
}
