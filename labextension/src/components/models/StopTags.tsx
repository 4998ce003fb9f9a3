import * as React from 'react';

import { Trans } from '../../i18n';
import { MAX_STOP_SEQUENCES } from '../../models/parameters';
import { Field } from './Field';

export interface StopTagsProps {
  value: readonly string[];
  problem?: string;
  onChange(value: string[]): void;
  trans: Trans;
}

/** Stop sequences as tags: Enter adds, Backspace in the empty field takes the last one back. */
export function StopTags({ value, problem, onChange, trans }: StopTagsProps): JSX.Element {
  const [text, setText] = React.useState('');
  const full = value.length >= MAX_STOP_SEQUENCES;
  const add = (): void => {
    if (text && !full && !value.includes(unescaped(text))) {
      onChange([...value, unescaped(text)]);
    }
    setText('');
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      add();
    } else if (event.key === 'Backspace' && !text && value.length) {
      onChange(value.slice(0, -1));
    }
  };
  return (
    <Field
      label={trans.__('Stop sequences')}
      name="parameters.stop"
      help={trans.__('The answer ends before any of these. Enter adds one; \\n stands for a line break.')}
      problem={problem}
    >
      {ids => (
        <div className="jp-LLMOps-tags">
          {value.map(tag => (
            <span key={tag} className="jp-LLMOps-tag">
              <code>{escaped(tag)}</code>
              <button
                type="button"
                aria-label={trans.__('Remove %1', escaped(tag))}
                onClick={() => onChange(value.filter(one => one !== tag))}
              >
                ×
              </button>
            </span>
          ))}
          <input
            {...ids}
            type="text"
            className="jp-LLMOps-input"
            value={text}
            disabled={full}
            placeholder={full ? trans.__('At most %1', `${MAX_STOP_SEQUENCES}`) : ''}
            onInput={event => setText(event.currentTarget.value)}
            onKeyDown={onKeyDown}
            onBlur={add}
          />
        </div>
      )}
    </Field>
  );
}

function unescaped(text: string): string {
  return text.replace(/\\n/g, '\n').replace(/\\t/g, '\t');
}

function escaped(text: string): string {
  return text.replace(/\n/g, '\\n').replace(/\t/g, '\\t');
}
