import * as React from 'react';
import { UserSettings } from '../../api/types';

/** Whether this key press sends. While an input method composes, Enter belongs to it. */
export function isSendKey(event: React.KeyboardEvent, sendWith: UserSettings['send_with']): boolean {
  // 229 is what browsers report for keys an input method swallows, Safari even after the composition's end
  if (event.key !== 'Enter' || event.nativeEvent.isComposing || event.keyCode === 229) {
    return false;
  }
  const modified = event.ctrlKey || event.metaKey;
  return modified || (sendWith === 'enter' && !event.shiftKey && !event.altKey);
}
