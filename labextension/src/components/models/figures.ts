/** Numbers as people read them: three significant figures with a unit. Pure. */

/** 412 → "412 ms", 1900 → "1.9 s"; null stays null. */
export function formatDuration(milliseconds: number | null | undefined): string | null {
  if (milliseconds == null) {
    return null;
  }
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${Number((milliseconds / 1000).toPrecision(3))} s`;
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Infinity]
];

/** "3 minutes ago" in the reader's language. */
export function relativeTime(iso: string, now: number = Date.now(), language?: string): string {
  let value = (Date.parse(iso) - now) / 1000;
  const format = new Intl.RelativeTimeFormat(language || undefined, { numeric: 'auto' });
  for (const [unit, length] of STEPS) {
    if (Math.abs(value) < length) {
      return format.format(Math.trunc(value), unit);
    }
    value /= length;
  }
  return iso;
}
