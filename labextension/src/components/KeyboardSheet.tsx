import * as React from 'react';
import { Trans } from '../i18n';
import { Dialog } from './Dialog';

interface KeyboardSheetProps {
  trans: Trans;
  sendWith: 'ctrl_enter' | 'enter';
  onClose: () => void;
}

/** The list of keys, opened with `?`. */
export function KeyboardSheet({ trans, sendWith, onClose }: KeyboardSheetProps): JSX.Element {
  const keys: [string, string][] = [
    [sendWith === 'enter' ? 'Enter' : 'Ctrl/⌘ + Enter', trans.__('Send the message')],
    [sendWith === 'enter' ? 'Shift + Enter' : 'Enter', trans.__('New line')],
    ['/', trans.__('Search chats')],
    ['n', trans.__('New chat')],
    ['↑ ↓', trans.__('Move in a list')],
    ['Enter', trans.__('Open the chat')],
    ['F2', trans.__('Rename the chat')],
    ['Delete', trans.__('Move the chat to the trash')],
    ['Esc', trans.__('Close, or stop editing')],
    ['?', trans.__('Show these keys')]
  ];
  return (
    <Dialog title={trans.__('Keyboard')} trans={trans} onClose={onClose}>
      <dl className="jp-LLMOps-keys">
        {keys.map(([key, meaning]) => (
          <div key={key + meaning}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
