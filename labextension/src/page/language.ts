import { UserSettings } from '../api/types';
import { bundleFrom, english, Trans } from '../i18n';

export type LanguageChoice = UserSettings['language'];
export type Language = 'en' | 'zh-CN';

const KEY = 'jupyter-llmops:language';

/** The language to show for a choice; `auto` is the browser's. */
export function languageOf(choice: LanguageChoice): Language {
  const wanted = choice === 'auto' ? navigator.language : choice;
  return wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** Fetch the words of a language; English is in the source. */
export async function loadTrans(language: Language): Promise<Trans> {
  if (language === 'en') {
    return english;
  }
  const { default: catalogue } = await import('llmops-zh-CN');
  return bundleFrom(catalogue);
}

/** What was chosen in this browser before, so that the page opens in it. */
export function rememberedLanguage(): LanguageChoice {
  try {
    const choice = window.localStorage.getItem(KEY);
    return choice === 'en' || choice === 'zh-CN' ? choice : 'auto';
  } catch {
    return 'auto';
  }
}

export function rememberLanguage(choice: LanguageChoice): void {
  try {
    window.localStorage.setItem(KEY, choice);
  } catch {
    // private windows refuse storage; the server remembers it too
  }
}
