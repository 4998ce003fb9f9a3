import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { NUMBER_PARAMETERS, NumberParameterId } from '../../models/parameters';
import { ParameterField } from './ParameterField';

function open(id: NumberParameterId, start: string | null, problem?: string) {
  const onChange = vi.fn();
  const parameter = NUMBER_PARAMETERS.find(one => one.id === id)!;
  function Parameter(): JSX.Element {
    const [value, setValue] = React.useState<string | null>(start);
    const change = (next: string | null) => {
      onChange(next);
      setValue(next);
    };
    return (
      <ParameterField
        parameter={parameter}
        value={value}
        problem={problem}
        onChange={change}
        trans={english}
      />
    );
  }
  render(<Parameter />);
  return { onChange, user: userEvent.setup() };
}

const number = () => screen.getByRole<HTMLInputElement>('textbox');
const slider = () => screen.queryByRole<HTMLInputElement>('slider');

describe('ParameterField', () => {
  it('PROV-5 leaves a parameter to the provider until it is switched on', async () => {
    const { user, onChange } = open('top_p', null);
    expect(number().placeholder).toBe('not set');
    expect([number().disabled, slider()?.disabled]).toEqual([true, true]);
    await user.click(screen.getByRole('checkbox', { name: 'Top P' }));
    expect(onChange.mock.calls).toEqual([['0.9']]);
    expect([number().disabled, slider()?.disabled]).toEqual([false, false]);
    await user.click(screen.getByRole('checkbox', { name: 'Top P' }));
    expect(onChange).toHaveBeenLastCalledWith(null);
  });

  it('PROV-5 moves the slider within the bounds of the parameter', () => {
    const { onChange } = open('max_tokens', '2048');
    expect([slider()?.min, slider()?.max, slider()?.step, slider()?.value]).toEqual([
      '1',
      '16384',
      '1',
      '2048'
    ]);
    fireEvent.input(slider()!, { target: { value: '4096' } });
    expect(onChange).toHaveBeenLastCalledWith('4096');
    expect(number().value).toBe('4096');
  });

  it('PROV-5 takes a number beyond the slider by hand', () => {
    const { onChange } = open('max_tokens', '2048');
    fireEvent.input(number(), { target: { value: '100000' } });
    expect(onChange).toHaveBeenLastCalledWith('100000');
    expect(number().value).toBe('100000');
    expect(slider()?.value).toBe('16384');
  });

  it.each(['', 'warm'])('PROV-5 keeps the text %j, which is no number, and the slider at its start', text => {
    open('temperature', text, 'Type a number.');
    expect(number().value).toBe(text);
    expect(slider()?.value).toBe('0.7');
    expect(screen.getByRole('alert').textContent).toBe('Type a number.');
  });

  it('PROV-5 has no slider for a seed', () => {
    open('seed', '42');
    expect(slider()).toBeNull();
    expect(screen.getByRole('textbox', { name: 'Seed' })).toBeTruthy();
  });
});
