import { LLMOpsClient } from '../api/client';
import { GenerationEvent, Message } from '../api/types';
import { EventSource, follow, FollowResult } from './follow';
import { eachFrame, Schedule } from './frames';
import { beginGeneration, Generation, takeEvent } from './generation';

/** Waits so long before the next try; `wake` is called with what ends the wait early. */
export type Pause = (delay: number, wake: (now: () => void) => void) => Promise<void>;

export interface AnswerStreamOptions {
  schedule?: Schedule;
  now?: () => number;
  pause?: Pause;
}

/** What a stream tells the conversation it belongs to. */
export interface AnswerListener {
  /** More has come; at most once a frame. */
  onProgress: (generation: Generation) => void;
  /** The server has named the answer. */
  onStart: (messageId: number) => void;
  /** The connection broke for the nth time in a row; 0 when it carries events again. */
  onConnection: (attempt: number) => void;
}

/** One answer as it is followed: through cuts, until it ends or is cancelled. */
export class AnswerStream {
  private readonly controller = new AbortController();
  private readonly generation: Generation;
  private readonly schedule: Schedule;
  private readonly now: () => number;
  private readonly pause: Pause;
  private cancelFlush: (() => void) | null = null;
  private wake: (() => void) | null = null;

  constructor(
    private readonly client: LLMOpsClient,
    answer: Message,
    private readonly listener: AnswerListener,
    options: AnswerStreamOptions
  ) {
    this.generation = beginGeneration(answer);
    this.schedule = options.schedule ?? eachFrame;
    this.now = options.now ?? (() => Date.now());
    this.pause = options.pause ?? pauseFor;
  }

  /** Whether the server has named the answer: then it can be attached to again. */
  get isNamed(): boolean {
    return this.generation.message.id > 0;
  }

  /** The title the model gave the chat with this answer. */
  get title(): string | null {
    return this.generation.title;
  }

  get cancelled(): boolean {
    return this.controller.signal.aborted;
  }

  /** Follow to the end. Throws an ApiError when the server refuses. */
  async run(source: EventSource): Promise<FollowResult> {
    try {
      return await follow(source, {
        signal: this.controller.signal,
        take: event => this.take(event),
        resume: () => this.resumePoint(),
        wait: (delay, attempt) => this.wait(delay, attempt),
        connected: () => this.listener.onConnection(0)
      });
    } finally {
      this.flush();
    }
  }

  /** Pause before the next try, ended early by `retryNow`, by being online again, or by `cancel`. */
  async wait(delay: number, attempt: number): Promise<void> {
    this.flush();
    this.listener.onConnection(attempt);
    const { signal } = this.controller;
    const cancelled = new Promise<void>(resolve =>
      signal.addEventListener('abort', () => resolve(), { once: true })
    );
    await Promise.race([cancelled, this.pause(delay, wake => (this.wake = wake))]);
    this.wake = null;
  }

  retryNow(): void {
    this.wake?.();
  }

  /** Stop listening; the server goes on. */
  cancel(): void {
    this.controller.abort();
    this.cancelFlush?.();
    this.cancelFlush = null;
  }

  private take(event: GenerationEvent): boolean {
    const { generation } = this;
    if (!takeEvent(generation, event, this.now())) {
      return generation.done;
    }
    if (event.type === 'start') {
      this.flush();
      this.listener.onStart(event.data.message_id);
    } else if (!generation.done) {
      this.cancelFlush ??= this.schedule(() => this.flush());
    }
    return generation.done;
  }

  private flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = null;
    if (!this.cancelled) {
      this.listener.onProgress(this.generation);
    }
  }

  private resumePoint(): EventSource | null {
    const { lastId, message } = this.generation;
    return this.isNamed ? signal => this.client.messages.events(message.id, lastId, signal) : null;
  }
}

function pauseFor(delay: number, wake: (now: () => void) => void): Promise<void> {
  return new Promise(resolve => {
    const end = (): void => {
      clearTimeout(timer);
      window.removeEventListener('online', end);
      resolve();
    };
    const timer = setTimeout(end, delay);
    window.addEventListener('online', end);
    wake(end);
  });
}
