import { afterEach, describe, expect, it, vi } from 'vitest';
import { english } from '../i18n';
import { languageOf, loadTrans, rememberedLanguage, rememberLanguage } from './language';

afterEach(() => vi.restoreAllMocks());

function browserSpeaks(language: string): void {
  vi.spyOn(navigator, 'language', 'get').mockReturnValue(language);
}

describe('languageOf', () => {
  it.each([
    ['zh-TW', 'zh-CN'],
    ['ZH', 'zh-CN'],
    ['en-GB', 'en'],
    ['de', 'en']
  ])('UI-5 follows a browser that speaks %s with %s', (browser, language) => {
    browserSpeaks(browser);
    expect(languageOf('auto')).toBe(language);
  });

  it('UI-5 puts the choice above the browser', () => {
    browserSpeaks('zh-CN');
    expect(languageOf('en')).toBe('en');
    browserSpeaks('en');
    expect(languageOf('zh-CN')).toBe('zh-CN');
  });
});

describe('loadTrans', () => {
  it('UI-5 has English at once and fetches Chinese', async () => {
    expect(await loadTrans('en')).toBe(english);
    expect((await loadTrans('zh-CN')).__('Chats')).toBe('对话');
  });
});

describe('the language remembered in this browser', () => {
  it('UI-5 opens the page in the language chosen before', () => {
    expect(rememberedLanguage()).toBe('auto');
    rememberLanguage('zh-CN');
    expect(rememberedLanguage()).toBe('zh-CN');
    rememberLanguage('auto');
    expect(rememberedLanguage()).toBe('auto');
  });

  it('UI-5 does not trust what somebody else stored', () => {
    rememberLanguage('tlh' as 'en');
    expect(rememberedLanguage()).toBe('auto');
  });

  it('UI-5 works where storage is forbidden', () => {
    vi.spyOn(window, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    expect(() => rememberLanguage('en')).not.toThrow();
    expect(rememberedLanguage()).toBe('auto');
  });
});
