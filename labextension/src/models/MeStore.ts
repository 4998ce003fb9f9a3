import { LLMOpsClient } from '../api/client';
import { ApiError, asApiError } from '../api/errors';
import { Me, UserSettings } from '../api/types';
import { Observable } from './Observable';

export interface MeState {
  me: Me | null;
  settings: UserSettings;
  problem: ApiError | null;
}

export const DEFAULT_SETTINGS: UserSettings = {
  language: 'auto',
  theme: 'auto',
  answers_only: false,
  remote_images: false,
  send_with: 'ctrl_enter'
};

/** Who I am and how I like it. */
export class MeStore extends Observable<MeState> {
  constructor(private readonly client: LLMOpsClient) {
    super({ me: null, settings: DEFAULT_SETTINGS, problem: null });
  }

  async load(): Promise<void> {
    try {
      const me = await this.client.me.get();
      this.patch({ me, settings: { ...DEFAULT_SETTINGS, ...me.settings }, problem: null });
    } catch (reason) {
      this.patch({ problem: asApiError(reason) });
    }
  }

  /** Change settings at once; what the server refuses goes back. */
  async change(changes: Partial<UserSettings>): Promise<void> {
    const before = this.state.settings;
    this.patch({ settings: { ...before, ...changes }, problem: null });
    try {
      await this.client.me.changeSettings(changes);
    } catch (reason) {
      this.patch({ settings: before, problem: asApiError(reason) });
    }
  }

  hasScope(scope: string): boolean {
    return this.state.me?.scopes.includes(scope) ?? false;
  }
}
