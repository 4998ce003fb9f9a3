import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { FakeModels } from '../../testing/FakeModels';
import { TestResult } from './TestResult';
import { relativeTime } from './TimeAgo';

const works = new FakeModels().test;

function failed(code: string) {
  const reason = { code, message: 'It said no.', remedy: 'Do this.' };
  return { ...works, ok: false, latency_ms: null, ttft_ms: null, usage: null, text: null, problem: reason };
}

describe('TestResult', () => {
  it('PROV-7 shows first token, whole answer, tokens and the answer', () => {
    render(<TestResult result={works} host="" trans={english} />);
    const figures = [...document.querySelectorAll('dl > div')].map(row => row.textContent);
    expect(figures).toEqual(['First token0.412 s', 'Whole answer1.91 s', 'Tokens20']);
    expect(screen.getByText('Hello! How can I help you today?')).toBeTruthy();
  });

  it('PROV-7 marks an estimate and shows what was dropped', () => {
    const usage = { ...works.usage!, estimated: true };
    render(
      <TestResult result={{ ...works, usage, notices: ['seed was dropped'] }} host="" trans={english} />
    );
    expect(screen.getByText('≈ 20')).toBeTruthy();
    expect(screen.getByText('seed was dropped')).toBeTruthy();
  });

  it.each(['unreachable', 'unauthorized', 'model_not_found', 'timeout', 'tls', 'rate_limited'])(
    'PROV-7 says the reason of %s with its remedy',
    code => {
      render(<TestResult result={failed(code)} host="gpu.lan" onAllowHost={vi.fn()} trans={english} />);
      expect(screen.getByRole('status').textContent).toContain('It said no.');
      expect(screen.getByText('Do this.')).toBeTruthy();
      expect(screen.queryByRole('button')).toBeNull();
    }
  );

  it('PROV-7 offers to allow a refused host to those who may', async () => {
    const onAllowHost = vi.fn();
    const result = failed('endpoint_not_allowed');
    const { rerender } = render(<TestResult result={result} host="gpu.lan" trans={english} />);
    expect(screen.queryByRole('button')).toBeNull();
    rerender(<TestResult result={result} host="gpu.lan" onAllowHost={onAllowHost} trans={english} />);
    await userEvent.click(screen.getByRole('button', { name: 'Allow the host gpu.lan' }));
    expect(onAllowHost).toHaveBeenCalledWith('gpu.lan');
  });
});

describe('relativeTime', () => {
  it.each([
    ['2026-11-22T11:59:30Z', 'en', '30 seconds ago'],
    ['2026-11-22T09:00:00Z', 'en', '3 hours ago'],
    ['2026-11-21T12:00:00Z', 'zh-CN', '昨天']
  ])('UI-5 tells %s in %s as %s', (iso, locale, text) => {
    expect(relativeTime(iso, Date.parse('2026-11-22T12:00:00Z'), locale)).toBe(text);
  });
});
