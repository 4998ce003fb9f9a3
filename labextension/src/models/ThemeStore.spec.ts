import { describe, expect, it } from 'vitest';
import { ThemeStore } from './ThemeStore';

class System extends EventTarget {
  constructor(public matches: boolean) {
    super();
  }
  turn(matches: boolean): void {
    this.matches = matches;
    this.dispatchEvent(new Event('change'));
  }
}

function open(dark: boolean): { root: HTMLElement; system: System; theme: ThemeStore } {
  const root = document.createElement('html');
  const system = new System(dark);
  return { root, system, theme: new ThemeStore(root, system as unknown as MediaQueryList, localStorage) };
}

describe('ThemeStore', () => {
  it('UI-4 follows the system, also when it changes', () => {
    const { root, system } = open(true);
    expect(root.dataset.jpThemeLight).toBe('false');
    system.turn(false);
    expect(root.dataset.jpThemeLight).toBe('true');
  });

  it('UI-4 remembers a choice against the system', () => {
    open(true).theme.choose('light');
    const { root, system } = open(true);
    system.turn(true);
    expect(root.dataset.jpThemeLight).toBe('true');
  });

  it('UI-4 works where storage is forbidden', () => {
    const forbidden = {
      getItem: (): string => {
        throw new Error('forbidden');
      },
      setItem: (): void => {
        throw new Error('forbidden');
      }
    };
    const root = document.createElement('html');
    new ThemeStore(root, new System(false) as unknown as MediaQueryList, forbidden).choose('dark');
    expect(root.dataset.jpThemeLight).toBe('false');
  });

  it('UI-4 stops listening when it is disposed', () => {
    const { root, system, theme } = open(false);
    theme.dispose();
    system.turn(true);
    expect(root.dataset.jpThemeLight).toBe('true');
  });
});
