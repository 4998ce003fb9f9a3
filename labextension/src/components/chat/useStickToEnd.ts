import * as React from 'react';

interface Stick {
  ref: React.RefObject<HTMLDivElement>;
  /** Goes on what is inside: pictures and formulas that arrive later make it higher. */
  content: React.RefObject<HTMLDivElement>;
  /** There is new text below what is seen. */
  unseen: boolean;
  onScroll: () => void;
  toEnd: () => void;
}

/** Closer to the end than this counts as at the end, in px. */
const NEAR = 48;

/**
 * Keep the end in view while the reader is there, and never move the page otherwise.
 *
 * `content` changes whenever there is more to see; `place` names the conversation.
 */
export function useStickToEnd(content: unknown, place: unknown): Stick {
  const ref = React.useRef<HTMLDivElement>(null);
  const inside = React.useRef<HTMLDivElement>(null);
  const atEnd = React.useRef(true);
  const [unseen, setUnseen] = React.useState(false);
  const toEnd = React.useCallback(() => {
    const box = ref.current;
    if (box) {
      box.scrollTop = box.scrollHeight;
    }
    atEnd.current = true;
    setUnseen(false);
  }, []);
  React.useLayoutEffect(toEnd, [place, toEnd]);
  React.useLayoutEffect(() => {
    // at the end the observer below follows; asking for heights here would lay the page out twice a frame
    if (!atEnd.current) {
      setUnseen(true);
    }
  }, [content]);
  React.useEffect(() => {
    const observer = new ResizeObserver(() => atEnd.current && toEnd());
    if (inside.current) {
      observer.observe(inside.current);
    }
    return () => observer.disconnect();
  }, [toEnd]);
  const onScroll = React.useCallback(() => {
    const box = ref.current;
    if (box) {
      atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
      if (atEnd.current) {
        setUnseen(false);
      }
    }
  }, []);
  return { ref, content: inside, unseen, onScroll, toEnd };
}
