const PREFIX = 'llmops:draft:';

/** Unsent text of each session, kept by the browser so that a reload loses nothing. */
export class ChatDrafts {
  constructor(private readonly storage: Storage | null) {}

  get(sessionId: number | null): string {
    try {
      return this.storage?.getItem(key(sessionId)) ?? '';
    } catch {
      return '';
    }
  }

  set(sessionId: number | null, text: string): void {
    try {
      if (text) {
        this.storage?.setItem(key(sessionId), text);
      } else {
        this.storage?.removeItem(key(sessionId));
      }
    } catch {
      // a full or forbidden storage costs the draft after a reload, not the typing
    }
  }
}

function key(sessionId: number | null): string {
  return PREFIX + (sessionId ?? 'new');
}
