/** Keeps half-filled configuration forms: whole while the page lives, without their key over a reload. */

import { ConfigDraft } from './ConfigDraft';

export interface DraftShelf {
  get(key: string): ConfigDraft | null;
  put(key: string, draft: ConfigDraft | null): void;
}

const PREFIX = 'jupyter-llmops:config-draft:';

/** Keep drafts in a browser storage; a storage that is full or forbidden only forgets. */
export function storageShelf(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): DraftShelf {
  const living = memoryShelf();
  return {
    get: key => living.get(key) ?? readDraft(storage, PREFIX + key),
    put: (key, draft) => {
      living.put(key, draft);
      writeDraft(storage, PREFIX + key, draft);
    }
  };
}

/** Keep drafts as long as the page lives. */
export function memoryShelf(): DraftShelf {
  const drafts = new Map<string, ConfigDraft>();
  return {
    get: key => drafts.get(key) ?? null,
    put: (key, draft) => void (draft ? drafts.set(key, draft) : drafts.delete(key))
  };
}

function readDraft(storage: Pick<Storage, 'getItem'>, key: string): ConfigDraft | null {
  try {
    const text = storage.getItem(key);
    const draft = text ? (JSON.parse(text) as ConfigDraft) : null;
    return draft && typeof draft.numbers === 'object' ? draft : null;
  } catch {
    return null;
  }
}

function writeDraft(
  storage: Pick<Storage, 'setItem' | 'removeItem'>,
  key: string,
  draft: ConfigDraft | null
): void {
  try {
    if (draft) {
      storage.setItem(key, JSON.stringify({ ...draft, apiKey: null }));
    } else {
      storage.removeItem(key);
    }
  } catch {
    // Private windows refuse storage. The draft still lives in the form.
  }
}
