import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { MAX_STOP_SEQUENCES } from '../../models/parameters';
import { StopTags } from './StopTags';

function open(start: readonly string[] = [], problem?: string) {
  const onChange = vi.fn();
  function Tags(): JSX.Element {
    const [value, setValue] = React.useState(start);
    const change = (next: string[]) => {
      onChange(next);
      setValue(next);
    };
    return <StopTags value={value} problem={problem} onChange={change} trans={english} />;
  }
  render(<Tags />);
  return { onChange, user: userEvent.setup() };
}

const field = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Stop sequences' });

describe('StopTags', () => {
  it('PROV-5 adds with Enter, and writes a line break as \\n', async () => {
    const { user, onChange } = open(['END']);
    await user.type(field(), '\\nUser:{Enter}');
    expect(onChange.mock.calls).toEqual([[['END', '\nUser:']]]);
    expect(screen.getByRole('button', { name: 'Remove \\nUser:' })).toBeTruthy();
    expect(field().value).toBe('');
  });

  it('PROV-5 keeps what was typed when the field is left', async () => {
    const { user, onChange } = open();
    await user.type(field(), 'END');
    await user.tab();
    expect(onChange.mock.calls).toEqual([[['END']]]);
  });

  it('PROV-5 adds neither nothing nor the same one twice', async () => {
    const { user, onChange } = open(['END']);
    await user.type(field(), '{Enter}END{Enter}');
    expect(onChange).not.toHaveBeenCalled();
  });

  it('PROV-5 takes one out by its button, and the last one back with Backspace', async () => {
    const { user, onChange } = open(['a', 'b', 'c']);
    await user.click(screen.getByRole('button', { name: 'Remove a' }));
    expect(onChange).toHaveBeenLastCalledWith(['b', 'c']);
    await user.type(field(), 'x{Backspace}{Backspace}');
    expect(onChange).toHaveBeenLastCalledWith(['b']);
  });

  it('PROV-5 takes no more than the server would, and says so', () => {
    open(Array.from({ length: MAX_STOP_SEQUENCES }, (_, index) => `s${index}`));
    expect(field().disabled).toBe(true);
    expect(field().placeholder).toBe('At most 16');
  });

  it('PROV-5 leaves Ctrl+Enter to the form around it', async () => {
    const { user, onChange } = open();
    await user.type(field(), 'END{Control>}{Enter}{/Control}');
    expect(onChange).not.toHaveBeenCalled();
    expect(field().value).toBe('END');
  });
});
