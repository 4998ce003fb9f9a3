import { render } from '@testing-library/react';
import * as React from 'react';
import { describe, expect, it } from 'vitest';
import { bundleFrom, english } from '../../i18n';
import { formatExact } from '../format';
import { relativeTime, TimeAgo } from './TimeAgo';

const CHINESE = bundleFrom({ 'locale:en': ['locale:zh-CN'] });
const NOW = Date.parse('2026-11-22T12:00:00Z');

function ago(seconds: number): string {
  return new Date(Date.now() - seconds * 1000).toISOString();
}

describe('TimeAgo', () => {
  it('PROV-6 says how long ago, with the exact time for the pointer and for programs', () => {
    const at = ago(3 * 86_400 + 60);
    const time = render(<TimeAgo at={at} trans={english} />).container.querySelector('time')!;
    expect(time.textContent).toBe('3 days ago');
    expect(time.dateTime).toBe(at);
    expect(time.title).toBe(formatExact(at, english));
  });

  it('UI-5 says it in the language of the reader', () => {
    expect(render(<TimeAgo at={ago(3 * 86_400 + 60)} trans={CHINESE} />).container.textContent).toBe('3天前');
  });
});

describe('relativeTime', () => {
  it.each([
    ['2026-11-22T12:00:00Z', 'now'],
    ['2026-11-22T11:59:01Z', '59 seconds ago'],
    ['2026-11-22T11:59:00Z', '1 minute ago'],
    ['2026-11-22T11:00:01Z', '59 minutes ago'],
    ['2026-11-21T12:00:00Z', 'yesterday'],
    ['2026-10-22T12:00:00Z', 'last month'],
    ['2020-11-22T12:00:00Z', '6 years ago'],
    ['2026-11-22T15:00:00Z', 'in 3 hours']
  ])('PROV-6 writes %s as "%s"', (iso, text) => {
    expect(relativeTime(iso, NOW, 'en')).toBe(text);
  });
});
