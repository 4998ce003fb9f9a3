import * as React from 'react';

const SHOWN = 2_000;

/** Copies text; the first value is true for a moment afterwards. */
export function useCopy(): [boolean, (text: string) => void] {
  const [copied, setCopied] = React.useState(false);
  const timer = React.useRef<ReturnType<typeof setTimeout>>();
  React.useEffect(() => () => clearTimeout(timer.current), []);
  const copy = React.useCallback((text: string) => {
    void copyText(text).then(worked => {
      setCopied(worked);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setCopied(false), SHOWN);
    });
  }, []);
  return [copied, copy];
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // plain http on another machine has no clipboard interface
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  const focused = document.activeElement as HTMLElement | null;
  area.value = text;
  area.className = 'jp-LLMOps-visuallyHidden';
  document.body.append(area);
  area.select();
  const worked = document.execCommand?.('copy') ?? false;
  area.remove();
  focused?.focus();
  return worked;
}
