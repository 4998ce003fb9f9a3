import { expect, it } from 'vitest';
import { english } from '../../i18n';
import { answerOf } from '../../testing/panels';
import { metaParts } from './MessageMeta';

const usage = {
  prompt_tokens: 9,
  completion_tokens: 212,
  total_tokens: 221,
  estimated: false,
  cost: 0.00042
};

it('CHAT-4 names model, first token, tokens, cost and time', () => {
  const parts = metaParts(answerOf({ usage, ttft_ms: 412, total_ms: 65_400 }), english);
  expect(parts).toEqual(['gpt-x', '0.412 s to first token', '212 tokens', '$0.00042', '1 min 5 s in all']);
});

it('LLM-5 marks tokens that are an estimate, and leaves out what nobody knows', () => {
  const parts = metaParts(
    answerOf({ usage: { ...usage, completion_tokens: 1, estimated: true, cost: null } }),
    english
  );
  expect(parts).toEqual(['gpt-x', 'about 1 token']);
  expect(metaParts(answerOf({ model: '' }), english)).toEqual([]);
});
