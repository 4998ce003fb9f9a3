/** Runs a callback soon and at most once until then; returns what cancels it. */
export type Schedule = (callback: () => void) => () => void;

const HIDDEN_DELAY = 250;

/** Once an animation frame; a hidden tab has no frames, so there by a timer. */
export const eachFrame: Schedule = callback => {
  if (document.visibilityState === 'hidden') {
    const timer = setTimeout(callback, HIDDEN_DELAY);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(callback);
  return () => cancelAnimationFrame(frame);
};
