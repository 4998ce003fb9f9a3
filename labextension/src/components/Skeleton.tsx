import * as React from 'react';

/** Grey lines where content will be; the label says to a screen reader what is coming. */
export function Skeleton({ lines, label }: { lines: number; label: string }): JSX.Element {
  return (
    <div className="jp-LLMOps-skeletons" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className="jp-LLMOps-skeleton" />
      ))}
    </div>
  );
}
