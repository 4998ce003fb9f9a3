import { expect, it } from 'vitest';
import { blankSession } from '../testing/FakeChatServer';
import { groupByDay } from './groupByDay';

const NOW = new Date(2026, 2, 30, 9, 0);

function ago(days: number, hours = 0) {
  const time = new Date(2026, 2, 30 - days, 9 - hours, 0);
  return { ...blankSession(days * 100 + hours), updated_at: time.toISOString() };
}

it('CHAT-1 groups sessions by the day of their last change, pinned ones first', () => {
  const pinned = { ...ago(90), pinned: true };
  const groups = groupByDay([pinned, ago(0, 8), ago(1), ago(3), ago(20), ago(200)], NOW);
  expect(groups.map(group => group.key)).toEqual(['pinned', 'today', 'yesterday', 'week', 'month', 'older']);
});

it('CHAT-1 leaves empty groups out', () => {
  expect(groupByDay([ago(0)], NOW).map(group => group.key)).toEqual(['today']);
});
