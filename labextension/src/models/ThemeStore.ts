/** Light, dark or as the system says; remembered in this browser so that the page opens in it. */

import { UserSettings } from '../api/types';
import { Observable } from './Observable';

export type ThemeChoice = UserSettings['theme'];

export interface ThemeState {
  choice: ThemeChoice;
  dark: boolean;
}

const KEY = 'jupyter-llmops:theme';

export class ThemeStore extends Observable<ThemeState> {
  constructor(
    private readonly root: HTMLElement,
    private readonly system: MediaQueryList,
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'> | null
  ) {
    super({ choice: 'auto', dark: false });
    system.addEventListener('change', this.apply);
    this.choose(remembered(storage));
  }

  /** Take a choice and show it at once. */
  choose(choice: ThemeChoice): void {
    this.patch({ choice });
    try {
      this.storage?.setItem(KEY, choice);
    } catch {
      // Private windows refuse storage; the choice still holds on this page.
    }
    this.apply();
  }

  dispose(): void {
    this.system.removeEventListener('change', this.apply);
  }

  private readonly apply = (): void => {
    const { choice } = this.state;
    const dark = choice === 'dark' || (choice === 'auto' && this.system.matches);
    this.root.dataset.jpThemeLight = `${!dark}`;
    this.patch({ dark });
  };
}

function remembered(storage: Pick<Storage, 'getItem'> | null): ThemeChoice {
  try {
    const choice = storage?.getItem(KEY);
    return choice === 'light' || choice === 'dark' ? choice : 'auto';
  } catch {
    return 'auto';
  }
}
