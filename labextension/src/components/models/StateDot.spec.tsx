import { render, screen } from '@testing-library/react';
import * as React from 'react';
import { describe, expect, it } from 'vitest';
import { LastTest } from '../../api/types';
import { english } from '../../i18n';
import { FakeModels, provider } from '../../testing/FakeModels';
import { StateDot, StateDotProps } from './StateDot';

const OPENAI = provider('openai', 'OpenAI', 'cloud', null, true);

function open(test: Partial<LastTest> | null, props: Partial<StateDotProps> = {}) {
  const at = new Date(Date.now() - 2 * 3_600_000 - 5000).toISOString();
  const passed: LastTest = { ok: true, at, latency_ms: 1900, ttft_ms: 412, problem: null };
  const config = new FakeModels().add({ last_test: test && { ...passed, ...test } });
  const { container } = render(<StateDot config={config} testing={false} trans={english} {...props} />);
  const state = container.querySelector<HTMLElement>('[data-state]')!;
  return { state: state.dataset.state, text: state.textContent, dot: state.firstElementChild };
}

describe('StateDot', () => {
  it('PROV-7 says that it works, how fast, and when that was seen', () => {
    const { state, text } = open({});
    expect(state).toBe('ok');
    expect(text).toBe('works · first token 0.412 s · 2 hours ago');
    expect(screen.getByText('2 hours ago').getAttribute('title')).not.toBe('');
  });

  it('PROV-7 says why the last test failed, without a time to the first token', () => {
    const problem = { code: 'unreachable', message: 'The server does not answer.', remedy: 'Start it.' };
    const { state, text } = open({ ok: false, problem });
    expect(state).toBe('failed');
    expect(text).toBe('The server does not answer. · 2 hours ago');
    expect(open({ ok: false, ttft_ms: null }).text).toBe('last test failed · 2 hours ago');
  });

  it('PROV-3 says that a key is missing, unless the organisation has one', () => {
    expect(open({}, { provider: OPENAI })).toMatchObject({ state: 'no-key', text: 'no key' });
    expect(open(null, { provider: { ...OPENAI, has_org_key: true } })).toMatchObject({
      state: 'untested',
      text: 'not tested'
    });
  });

  it('PROV-7 says that a test runs, instead of what the last one found', () => {
    expect(open({}, { testing: true })).toMatchObject({ state: 'testing', text: 'testing…' });
  });

  it('UI-5 says it in words: the dot is for the eye only', () => {
    expect(open(null).dot?.getAttribute('aria-hidden')).toBe('true');
  });
});
