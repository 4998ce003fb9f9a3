import { expect, it } from 'vitest';
import { bundleFrom, english } from './i18n';

it('UI-5 fills in the arguments', () => {
  expect(english.__('%2 of %1', 5, 3)).toBe('3 of 5');
  expect(english._n('%1 chat', '%1 chats', 1)).toBe('1 chat');
  expect(english._n('%1 chat', '%1 chats', 4)).toBe('4 chats');
});

it('UI-5 takes words from the catalogue and falls back to English', () => {
  const trans = bundleFrom({ '': { language: 'zh-CN' }, Send: ['发送'], '%1 chat': ['%1 个对话'] });
  expect(trans.__('Send')).toBe('发送');
  expect(trans.__('Stop')).toBe('Stop');
  expect(trans._n('%1 chat', '%1 chats', 4)).toBe('4 个对话');
});
