import { LLMOpsClient } from '../api/client';
import { Session } from '../api/types';
import { ChatDrafts } from './ChatDrafts';
import { ChatSessionsStore } from './ChatSessionsStore';
import { ConversationStore } from './ConversationStore';
import { MeStore } from './MeStore';
import { ModelChoicesStore } from './ModelChoicesStore';
import { ToastStore } from './ToastStore';

export interface WorkspaceOptions {
  /** Where drafts are kept; null keeps none. */
  storage?: Storage | null;
}

/** The stores of one host, wired so that a change in one place shows in the others. */
export class ChatWorkspace {
  readonly me: MeStore;
  readonly sessions: ChatSessionsStore;
  readonly choices: ModelChoicesStore;
  readonly toasts = new ToastStore();
  private readonly drafts: ChatDrafts;
  private readonly conversations = new Map<number | null, ConversationStore>();

  constructor(
    readonly client: LLMOpsClient,
    options: WorkspaceOptions = {}
  ) {
    this.drafts = new ChatDrafts(options.storage === undefined ? browserStorage() : options.storage);
    this.me = new MeStore(client);
    this.choices = new ModelChoicesStore(client);
    this.sessions = new ChatSessionsStore(client, {
      onChange: session => this.conversations.get(session.id)?.adopt(session),
      onRemoved: ids => ids.forEach(id => this.forget(id))
    });
  }

  /** Load who I am, the configurations and the sessions. */
  async start(): Promise<void> {
    await Promise.all([this.me.load(), this.choices.load(), this.sessions.load()]);
  }

  /** The conversation of a session; null is the chat that has none yet. */
  conversation(sessionId: number | null): ConversationStore {
    const present = this.conversations.get(sessionId);
    if (present) {
      return present;
    }
    const made = new ConversationStore(this.client, {
      sessionId,
      drafts: this.drafts,
      onSession: session => this.sessions.merge(session),
      onCreated: (session, store) => this.settleNew(session, store)
    });
    this.conversations.set(sessionId, made);
    return made;
  }

  dispose(): void {
    this.sessions.dispose();
    this.toasts.dispose();
    this.conversations.forEach(conversation => conversation.dispose());
    this.conversations.clear();
  }

  /** The new chat became a session: the next new chat is another one. */
  private settleNew(session: Session, store: ConversationStore): void {
    this.conversations.delete(null);
    this.conversations.set(session.id, store);
  }

  private forget(sessionId: number): void {
    this.conversations.get(sessionId)?.dispose();
    this.conversations.delete(sessionId);
  }
}

function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    // a sandboxed frame has none
    return null;
  }
}
