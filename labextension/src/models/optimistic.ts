import { Message, Role } from '../api/types';
import { Question } from './question';

/** A message on the screen; images not yet on the server are shown from here. */
export type ShownMessage = Message & { previews?: readonly string[] };

let nextTemporary = -1;

/** A message of mine as it looks until the server has named it: its id is negative. */
export function unsent(sessionId: number, question: Question): ShownMessage {
  const parent = question.kept.at(-1)?.id ?? null;
  const message = blank(sessionId, parent, 'user', question.edited?.siblings ?? []);
  const previews = question.attachments.map(attachment => attachment.preview);
  return { ...message, content: question.content, status: 'complete', previews };
}

/** The empty answer that the stream will fill. */
export function placeholder(
  sessionId: number,
  parentId: number | null,
  siblings: readonly number[]
): Message {
  return blank(sessionId, parentId, 'assistant', siblings);
}

function blank(sessionId: number, parentId: number | null, role: Role, siblings: readonly number[]): Message {
  const id = nextTemporary--;
  return {
    id,
    session_id: sessionId,
    parent_id: parentId,
    role,
    content: '',
    thinking: '',
    thinking_ms: null,
    status: 'streaming',
    model: '',
    model_config_id: null,
    provider_id: '',
    parameters: {},
    usage: null,
    ttft_ms: null,
    total_ms: null,
    finish_reason: null,
    error: null,
    notices: [],
    rating: 0,
    images: [],
    siblings: [...siblings, id],
    created_at: new Date().toISOString()
  };
}

/** The branch with the growing answer in its place, and my message under the id the server gave it. */
export function withAnswer(
  messages: readonly ShownMessage[],
  streamId: number,
  answer: Message,
  userMessageId: number | null
): ShownMessage[] {
  const next = [...messages];
  const index = next.findIndex(message => message.id === streamId);
  if (index < 0) {
    return next;
  }
  next[index] = answer;
  const own = next[index - 1];
  if (own && own.id < 0 && userMessageId) {
    const siblings = own.siblings.map(id => (id === own.id ? userMessageId : id));
    next[index - 1] = { ...own, id: userMessageId, siblings };
  }
  return next;
}

/** A message of mine with this content that was not there before, if the server has it. */
export function findOwn(
  messages: readonly Message[],
  before: readonly Message[],
  content: string
): Message | undefined {
  const known = new Set(before.map(message => message.id));
  return messages.find(
    message => message.role === 'user' && message.content === content && !known.has(message.id)
  );
}
