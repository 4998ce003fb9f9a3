import { ApiError, NetworkError, isAbort } from '../api/errors';
import { GenerationEvent } from '../api/types';

export type EventSource = (signal: AbortSignal) => AsyncGenerator<GenerationEvent>;

/** What following needs from its surroundings; the tests give a clock that does not wait. */
export interface FollowOptions {
  signal: AbortSignal;
  /** Take one event; true means it was the last one. */
  take: (event: GenerationEvent) => boolean;
  /** Where to attach again after a cut; null when the server has not named the answer yet. */
  resume: () => EventSource | null;
  /** The connection is down; the next try comes in `delay` ms, or at once when the returned promise is cut short. */
  wait: (delay: number, attempt: number) => Promise<void>;
  /** The stream carries events again after a cut. */
  connected: () => void;
}

/** How following ended; `unanswered` means cut before the server named the answer. */
export type FollowResult = 'done' | 'aborted' | 'unanswered';

const FIRST_DELAY = 250;
const LONGEST_DELAY = 15_000;

/** Delay in ms before the given attempt (1, 2, …), growing to a limit. */
export function backOff(attempt: number): number {
  return Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempt - 1));
}

/**
 * Read an answer to its end, attaching again after every cut.
 *
 * Throws an ApiError when the server refuses: then there is nothing to attach to.
 */
export async function follow(first: EventSource, options: FollowOptions): Promise<FollowResult> {
  let source = first;
  for (let attempt = 1; ; attempt++) {
    const { ended, heard, problem } = await readOnce(source, options);
    if (ended) {
      return ended;
    }
    if (heard) {
      attempt = 1;
    }
    const resumed = options.resume();
    if (!resumed) {
      return 'unanswered';
    }
    await options.wait(Math.max(backOff(attempt), (problem?.retryAfter ?? 0) * 1000), attempt);
    if (options.signal.aborted) {
      return 'aborted';
    }
    source = resumed;
  }
}

interface Reading {
  ended?: FollowResult;
  heard: boolean;
  problem?: ApiError;
}

async function readOnce(source: EventSource, options: FollowOptions): Promise<Reading> {
  let heard = false;
  try {
    for await (const event of source(options.signal)) {
      if (!heard) {
        heard = true;
        options.connected();
      }
      if (options.take(event)) {
        return { ended: 'done', heard };
      }
    }
  } catch (reason) {
    if (options.signal.aborted || isAbort(reason)) {
      return { ended: 'aborted', heard };
    }
    if (!mayPass(reason)) {
      throw reason;
    }
    return { heard, problem: reason as ApiError };
  }
  return options.signal.aborted ? { ended: 'aborted', heard } : { heard };
}

/** Whether trying again can help: a cut connection, a restart in progress, too many requests. */
function mayPass(reason: unknown): boolean {
  return (
    reason instanceof NetworkError ||
    (reason instanceof ApiError && (reason.status >= 500 || reason.status === 429))
  );
}
