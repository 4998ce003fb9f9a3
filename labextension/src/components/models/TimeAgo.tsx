import * as React from 'react';

import { relativeTime } from './figures';

/** A relative time; the exact one, in the reader's zone, on hover. */
export function TimeAgo({ at }: { at: string }): JSX.Element {
  const language = document.documentElement.lang;
  return (
    <time dateTime={at} title={new Date(at).toLocaleString(language || undefined)}>
      {relativeTime(at, Date.now(), language)}
    </time>
  );
}
