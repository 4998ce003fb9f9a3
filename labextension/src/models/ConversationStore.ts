import { LLMOpsClient } from '../api/client';
import { ApiError, asApiError, NetworkError } from '../api/errors';
import { Message, Rating, Session, SessionChange } from '../api/types';
import { AnswerStream, AnswerStreamOptions } from './AnswerStream';
import { Attachment, storedAttachments } from './attachments';
import { ChatDrafts } from './ChatDrafts';
import { ConversationState, StreamPhase, StreamState, unloaded } from './conversation';
import { backOff, EventSource, FollowResult } from './follow';
import { Generation } from './generation';
import { Observable } from './Observable';
import { findOwn, placeholder, ShownMessage, unsent, withAnswer } from './optimistic';
import { Question, wireMessage } from './question';

export type { ConversationState, StreamPhase, StreamState } from './conversation';

const LOOKS = 6;
const TITLE_DELAY = 5_000;
const CUT = 'The connection broke before the message was sent.';

export interface ConversationOptions extends AnswerStreamOptions {
  sessionId: number | null;
  drafts: ChatDrafts;
  /** The session was made, changed, or its answer ended. */
  onSession?: (session: Session) => void;
  /** The new chat became a session. */
  onCreated?: (session: Session, store: ConversationStore) => void;
}

/** One conversation: its shown branch, the answer that is being written, and what is being typed. */
export class ConversationStore extends Observable<ConversationState> {
  private following: AnswerStream | null = null;
  private titleTimer: ReturnType<typeof setTimeout> | undefined;
  /** Counts what makes an earlier load stale. */
  private turn = 0;

  constructor(
    private readonly client: LLMOpsClient,
    private readonly options: ConversationOptions
  ) {
    super(unloaded(options.sessionId, options.drafts.get(options.sessionId)));
  }

  /** Load session and messages, and attach to an answer that is being written; the newest call wins. */
  async load(): Promise<void> {
    const { sessionId } = this.state;
    if (sessionId === null) {
      return;
    }
    const turn = ++this.turn;
    try {
      const [session, messages] = await Promise.all([
        this.client.sessions.get(sessionId),
        this.client.sessions.messages(sessionId)
      ]);
      if (turn === this.turn) {
        this.patch({ status: 'ready', problem: null, messages });
        this.adopt(session);
        this.attachToLast();
      }
    } catch (reason) {
      if (turn === this.turn) {
        // what is on the screen stays there when only a refresh failed
        this.patch({ status: this.state.messages.length ? 'ready' : 'error', problem: asApiError(reason) });
      }
    }
  }

  /** Look for what other tabs did; does nothing while an answer is followed. */
  async refresh(): Promise<void> {
    if (!this.following && this.state.sessionId !== null) {
      await this.load();
    }
  }

  // ---- typing

  setDraft(draft: string): void {
    this.patch({ draft });
    this.options.drafts.set(this.state.sessionId, draft);
  }

  /** Add text below the draft: a cell, a selection, an error sent here. */
  appendToDraft(text: string): void {
    const draft = this.state.draft.trimEnd();
    this.setDraft(draft ? `${draft}\n\n${text}` : text);
  }

  attach(attachment: Attachment): void {
    this.patch({ attachments: [...this.state.attachments, attachment] });
  }

  detach(key: number): void {
    this.patch({ attachments: this.state.attachments.filter(one => one.key !== key) });
  }

  dismissProblems(): void {
    this.patch({ sendProblem: null, actionProblem: null, failedEdit: null });
  }

  // ---- asking

  /** Send draft and images; a new chat becomes a session first. */
  async send(): Promise<void> {
    const { draft, attachments } = this.state;
    const content = draft.trim();
    if ((!content && !attachments.length) || this.state.stream) {
      return;
    }
    await this.ask({ content, attachments, kept: this.state.messages, parentId: undefined });
  }

  /** Send `content` in place of an earlier message of mine, with its images; the old branch stays. */
  async editAndResend(messageId: number, content: string): Promise<void> {
    const index = this.indexOf(messageId);
    if (index < 0 || this.state.stream || !content.trim()) {
      return;
    }
    const edited = this.state.messages[index];
    const kept = this.state.messages.slice(0, index);
    const parentId = edited.parent_id ?? 0;
    try {
      const attachments = await storedAttachments(edited.images, id => this.client.messages.image(id));
      await this.ask({ content: content.trim(), attachments, kept, parentId, edited });
    } catch (reason) {
      this.patch({ failedEdit: { messageId, content }, actionProblem: asApiError(reason) });
    }
  }

  /** Answer again, beside the old answer; also what "resend" of a failed answer does. */
  async regenerate(messageId: number, modelConfigId?: number): Promise<void> {
    const index = this.indexOf(messageId);
    if (index < 0 || this.state.stream) {
      return;
    }
    const old = this.state.messages[index];
    const before = this.state.messages;
    const answer = placeholder(old.session_id, old.parent_id, old.siblings);
    this.begin(answer, [...before.slice(0, index), answer]);
    try {
      const result = await this.run(signal =>
        this.client.messages.regenerate(messageId, modelConfigId, signal)
      );
      if (result === 'unanswered') {
        await this.findAnswer(messages =>
          messages.some(
            message =>
              !old.siblings.includes(message.id) &&
              message.role === 'assistant' &&
              message.parent_id === old.parent_id
          )
        );
      }
    } catch (reason) {
      this.abandon({ messages: before, actionProblem: asApiError(reason) });
    }
  }

  /** End the answer, wherever it was started; what has come stays. */
  async stop(): Promise<void> {
    const { stream } = this.state;
    if (!stream) {
      return;
    }
    this.patch({ stream: { ...stream, stopping: true } });
    if (stream.messageId > 0) {
      await this.stopOnServer(stream.messageId);
    }
  }

  /** Try the connection at once instead of at the end of the pause. */
  retryNow(): void {
    this.following?.retryNow();
  }

  // ---- small acts

  /** Show the branch that holds this message. */
  async switchTo(messageId: number): Promise<void> {
    const { sessionId } = this.state;
    if (sessionId === null) {
      return;
    }
    this.detachFollower();
    await this.act(async () => {
      this.adopt(await this.client.sessions.change(sessionId, { current_message_id: messageId }));
      await this.load();
    });
  }

  /** Bring a message into view, from another branch too. */
  async reveal(messageId: number): Promise<void> {
    if (this.state.status !== 'ready') {
      await this.load();
    }
    if (this.indexOf(messageId) < 0) {
      await this.switchTo(messageId);
    }
    this.patch({ revealed: messageId });
  }

  /** It has been scrolled to. */
  revealDone(): void {
    this.patch({ revealed: null });
  }

  async rate(messageId: number, rating: Rating): Promise<void> {
    const before = this.state.messages.find(message => message.id === messageId)?.rating ?? 0;
    this.replace(messageId, message => ({ ...message, rating }));
    await this.act(
      async () => void (await this.client.messages.rate(messageId, rating)),
      () => this.replace(messageId, message => ({ ...message, rating: before }))
    );
  }

  /** Change title, model or system prompt; before the first message it is kept for the session to come. */
  async change(changes: SessionChange): Promise<void> {
    const { sessionId, session } = this.state;
    if (sessionId === null || !session) {
      this.patch({
        modelConfigId: changes.model_config_id ?? this.state.modelConfigId,
        systemPrompt: changes.system_prompt ?? this.state.systemPrompt
      });
      return;
    }
    this.adopt({ ...session, ...changes } as Session);
    await this.act(
      async () => this.adopt(await this.client.sessions.change(sessionId, changes)),
      () => this.adopt(session)
    );
  }

  /** Remove every message of this session. */
  async clear(): Promise<void> {
    const { sessionId } = this.state;
    if (sessionId === null) {
      return;
    }
    await this.act(async () => {
      await this.client.sessions.clear(sessionId);
      this.detachFollower();
      await this.load();
    });
  }

  /** Take over what is known of the session elsewhere (list, another tab). */
  adopt(session: Session): void {
    if (session.id === this.state.sessionId && session !== this.state.session) {
      this.patch({ session, modelConfigId: session.model_config_id, systemPrompt: session.system_prompt });
      this.options.onSession?.(session);
    }
  }

  /** Stop listening; the server goes on with the answer. */
  dispose(): void {
    clearTimeout(this.titleTimer);
    this.detachFollower();
  }

  private attachToLast(): void {
    const last = this.state.messages.at(-1);
    if (last?.role === 'assistant' && last.status === 'streaming' && !this.following) {
      this.begin(last, this.state.messages);
      void this.run(signal => this.client.messages.events(last.id, 0, signal));
    }
  }

  // ---- asking, in detail

  private async ask(question: Question): Promise<void> {
    const before = this.state.messages;
    const draftBefore = this.state.draft;
    const own = unsent(this.state.sessionId ?? 0, question);
    const answer = placeholder(own.session_id, own.id, []);
    this.begin(answer, [...question.kept, own, answer]);
    if (!question.edited) {
      this.patch({ attachments: [] });
      this.setDraft('');
    }
    try {
      const sessionId = await this.ensureSession();
      const result = await this.run(signal =>
        this.client.messages.send(sessionId, wireMessage(question), signal)
      );
      if (result === 'unanswered') {
        await this.findAnswer(messages => !!findOwn(messages, before, question.content));
      }
    } catch (reason) {
      this.giveBack(question, draftBefore, { messages: before, sendProblem: asApiError(reason) });
    }
  }

  /** What could not be sent returns to where it was typed. */
  private giveBack(question: Question, draft: string, changes: Partial<ConversationState>): void {
    if (question.edited) {
      const failedEdit = { messageId: question.edited.id, content: question.content };
      this.abandon({ ...changes, failedEdit });
      return;
    }
    this.abandon({ ...changes, attachments: [...question.attachments, ...this.state.attachments] });
    // what was typed meanwhile comes after what could not be sent
    this.setDraft([draft, this.state.draft].filter(Boolean).join('\n\n'));
  }

  private async ensureSession(): Promise<number> {
    if (this.state.sessionId !== null) {
      return this.state.sessionId;
    }
    const { modelConfigId, systemPrompt } = this.state;
    const session = await this.client.sessions.create({
      ...(modelConfigId === null ? {} : { model_config_id: modelConfigId }),
      ...(systemPrompt ? { system_prompt: systemPrompt } : {})
    });
    // before the patch: whoever hears of the new number may ask the workspace for its conversation at once
    this.options.onCreated?.(session, this);
    this.patch({ sessionId: session.id, session });
    this.options.onSession?.(session);
    return session.id;
  }

  /** The connection broke before the answer had a name: look whether the server has the question. */
  private async findAnswer(isThere: (messages: readonly Message[]) => boolean): Promise<void> {
    const following = this.following;
    const sessionId = this.state.sessionId;
    for (let attempt = 1; following && sessionId !== null; attempt++) {
      await following.wait(backOff(attempt), attempt);
      if (following.cancelled) {
        return;
      }
      try {
        const messages = await this.client.sessions.messages(sessionId);
        if (!isThere(messages)) {
          throw new ApiError(CUT, 'not_sent', 0);
        }
        this.detachFollower();
        await this.load();
        return;
      } catch (reason) {
        if (!(reason instanceof NetworkError) || attempt >= LOOKS) {
          throw reason;
        }
      }
    }
  }

  // ---- following

  private begin(answer: Message, messages: readonly ShownMessage[]): void {
    this.detachFollower();
    this.turn++;
    this.following = new AnswerStream(
      this.client,
      answer,
      {
        onProgress: generation => this.show(generation),
        onStart: messageId => this.started(messageId),
        onConnection: attempt => this.patchStream(attempt ? { attempt, phase: 'reconnecting' } : { attempt })
      },
      this.options
    );
    const stream: StreamState = {
      messageId: answer.id,
      phase: 'sending',
      attempt: 0,
      stopping: false,
      thinkingSince: null
    };
    this.patch({ messages, stream, sendProblem: null, actionProblem: null, failedEdit: null });
  }

  /** Follow to the end; throws only while the server has not named the answer. */
  private async run(source: EventSource): Promise<FollowResult> {
    const following = this.following;
    if (!following) {
      return 'aborted';
    }
    try {
      const result = await following.run(source);
      if (result === 'done') {
        await this.finish(following.title);
      }
      return result;
    } catch (reason) {
      if (!following.isNamed) {
        throw reason;
      }
      // it has begun: the question is safe, only the listening failed
      this.abandon({ actionProblem: asApiError(reason) });
      return 'aborted';
    }
  }

  private show(generation: Generation): void {
    const { stream } = this.state;
    if (!stream) {
      return;
    }
    const { message, thinkingSince } = generation;
    const messages = withAnswer(this.state.messages, stream.messageId, message, generation.userMessageId);
    const phase: StreamPhase = message.content ? 'answering' : message.thinking ? 'thinking' : 'sending';
    this.patch({ messages, stream: { ...stream, messageId: message.id, phase, thinkingSince } });
  }

  private started(messageId: number): void {
    const { session, stream } = this.state;
    if (session && !session.streaming) {
      this.adopt({ ...session, streaming: true });
    }
    if (stream?.stopping) {
      void this.stopOnServer(messageId);
    }
  }

  private async finish(title: string | null): Promise<void> {
    const { session } = this.state;
    this.detachFollower();
    if (session && title) {
      this.adopt({ ...session, title });
    } else if (this.state.messages.length <= 2) {
      // a slow model names the chat after its answer has ended
      this.titleTimer = setTimeout(() => void this.refresh(), TITLE_DELAY);
    }
    // the server knows costs, times and siblings better than the events told
    await this.load();
  }

  private abandon(changes: Partial<ConversationState>): void {
    this.detachFollower();
    this.patch(changes);
  }

  private detachFollower(): void {
    this.following?.cancel();
    this.following = null;
    this.patch({ stream: null });
  }

  private async stopOnServer(messageId: number): Promise<void> {
    await this.act(
      () => this.client.messages.stop(messageId),
      () => this.patchStream({ stopping: false })
    );
  }

  // ---- state

  private patchStream(changes: Partial<StreamState>): void {
    const { stream } = this.state;
    if (stream) {
      this.patch({ stream: { ...stream, ...changes } });
    }
  }

  private replace(messageId: number, change: (message: Message) => Message): void {
    this.patch({
      messages: this.state.messages.map(message => (message.id === messageId ? change(message) : message))
    });
  }

  private indexOf(messageId: number): number {
    return this.state.messages.findIndex(message => message.id === messageId);
  }

  private async act(work: () => Promise<void>, undo?: () => void): Promise<void> {
    try {
      await work();
    } catch (reason) {
      undo?.();
      this.patch({ actionProblem: asApiError(reason) });
    }
  }
}
