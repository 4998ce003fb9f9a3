import { ApiError } from '../api/errors';
import { Session } from '../api/types';
import { Attachment } from './attachments';
import { ShownMessage } from './optimistic';

export type StreamPhase = 'sending' | 'thinking' | 'answering' | 'reconnecting';

export interface StreamState {
  /** Id of the message that grows; negative until the server named it. */
  messageId: number;
  phase: StreamPhase;
  /** Tries since the connection broke; 0 while it holds. */
  attempt: number;
  stopping: boolean;
  /** When the first thinking arrived (ms of the store's clock), or null. */
  thinkingSince: number | null;
}

export interface ConversationState {
  sessionId: number | null;
  session: Session | null;
  status: 'loading' | 'ready' | 'error';
  problem: ApiError | null;
  /** The branch shown, root first. */
  messages: readonly ShownMessage[];
  stream: StreamState | null;
  draft: string;
  attachments: readonly Attachment[];
  /** Why the last message was not sent; its text is in the draft again. */
  sendProblem: ApiError | null;
  /** An edited message that could not be sent, so that its editor opens again with the text. */
  failedEdit: { messageId: number; content: string } | null;
  /** Why the last small act (rating, branch, setting) failed. */
  actionProblem: ApiError | null;
  /** A message that was searched for: to be scrolled to. */
  revealed: number | null;
  /** Configuration of a chat that has no session yet. */
  modelConfigId: number | null;
  systemPrompt: string;
}

/** A conversation of which nothing is known yet but its number and what was typed into it before. */
export function unloaded(sessionId: number | null, draft: string): ConversationState {
  return {
    sessionId,
    session: null,
    status: sessionId === null ? 'ready' : 'loading',
    problem: null,
    messages: [],
    stream: null,
    draft,
    attachments: [],
    sendProblem: null,
    failedEdit: null,
    actionProblem: null,
    revealed: null,
    modelConfigId: null,
    systemPrompt: ''
  };
}
