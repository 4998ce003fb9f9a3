import { expect, it } from 'vitest';
import { bundleFrom, english } from '../i18n';
import { formatCost, formatDuration, formatNumber, formatShort } from './format';

const chinese = bundleFrom({ 'locale:en': ['locale:zh-CN'] });

it('UI-5 writes numbers with three figures and units', () => {
  expect(formatNumber(1234.5, english)).toBe('1,230');
  expect(formatDuration(27.4, english)).toBe('27 ms');
  expect(formatDuration(412, english)).toBe('0.412 s');
  expect(formatDuration(125_000, english)).toBe('2 min 5 s');
  expect(formatCost(0.00042, 'USD', english)).toBe('$0.00042');
});

it('UI-5 writes times in the reader’s language', () => {
  const now = new Date(2026, 10, 22, 12, 0);
  expect(formatShort(new Date(2026, 10, 22, 9, 5).toISOString(), now, chinese)).toBe('09:05');
  expect(formatShort(new Date(2026, 10, 2).toISOString(), now, chinese)).toBe('11月2日');
  expect(formatShort(new Date(2025, 10, 2).toISOString(), now, english)).toBe('Nov 2, 2025');
});
