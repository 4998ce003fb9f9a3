import { Session } from '../api/types';

export type GroupKey = 'pinned' | 'today' | 'yesterday' | 'week' | 'month' | 'older';

export interface SessionGroup {
  key: GroupKey;
  sessions: Session[];
}

const DAY = 86_400_000;
const ORDER: readonly GroupKey[] = ['pinned', 'today', 'yesterday', 'week', 'month', 'older'];

/** Sessions under the day of their last change, in the viewer's zone; groups without any are left out. */
export function groupByDay(sessions: readonly Session[], now: Date): SessionGroup[] {
  const groups = new Map<GroupKey, Session[]>();
  for (const session of sessions) {
    const key = session.pinned ? 'pinned' : ageOf(new Date(session.updated_at), now);
    groups.set(key, [...(groups.get(key) ?? []), session]);
  }
  return ORDER.filter(key => groups.has(key)).map(key => ({ key, sessions: groups.get(key)! }));
}

function ageOf(time: Date, now: Date): GroupKey {
  // rounding absorbs the hour that a change of the clocks adds or takes
  const days = Math.round((midnight(now) - midnight(time)) / DAY);
  if (days <= 0) {
    return 'today';
  }
  if (days === 1) {
    return 'yesterday';
  }
  return days < 7 ? 'week' : days < 30 ? 'month' : 'older';
}

function midnight(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}
