import * as React from 'react';

import { Trans } from '../../i18n';
import { formatExact, localeOf } from '../format';

/** A relative time; the exact one, in the reader's zone, on hover. */
export function TimeAgo({ at, trans }: { at: string; trans: Trans }): JSX.Element {
  return (
    <time dateTime={at} title={formatExact(at, trans)}>
      {relativeTime(at, Date.now(), localeOf(trans))}
    </time>
  );
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Infinity]
];

/** "3 minutes ago" in the words of a locale. */
export function relativeTime(iso: string, now: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  let value = (Date.parse(iso) - now) / 1000;
  for (const [unit, length] of STEPS) {
    if (Math.abs(value) < length) {
      return format.format(Math.trunc(value), unit);
    }
    value /= length;
  }
  return iso;
}
