import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { emptyDraft, withTemplate } from '../../models/ConfigDraft';
import { NUMBER_PARAMETERS } from '../../models/parameters';
import { ExtraJsonField } from './ExtraJsonField';
import { ParameterField } from './ParameterField';
import { ParametersSection } from './ParametersSection';
import { StopTags } from './StopTags';

const TEMPERATURE = NUMBER_PARAMETERS[0];

describe('ParameterField', () => {
  it('PROV-5 is set and unset on its own', async () => {
    const onChange = vi.fn();
    const { rerender } = render(
      <ParameterField parameter={TEMPERATURE} value={null} onChange={onChange} trans={english} />
    );
    expect((screen.getByRole('textbox', { name: 'Temperature' }) as HTMLInputElement).disabled).toBe(true);
    await userEvent.click(screen.getByRole('checkbox', { name: 'Temperature' }));
    expect(onChange).toHaveBeenLastCalledWith('0.7');
    rerender(<ParameterField parameter={TEMPERATURE} value="0.7" onChange={onChange} trans={english} />);
    await userEvent.click(screen.getByRole('checkbox', { name: 'Temperature' }));
    expect(onChange).toHaveBeenLastCalledWith(null);
  });

  it('PROV-5 has a slider and a number field for the same value', () => {
    const onChange = vi.fn();
    render(<ParameterField parameter={TEMPERATURE} value="1.25" onChange={onChange} trans={english} />);
    const slider = screen.getByRole('slider', { name: 'Temperature slider' }) as HTMLInputElement;
    expect(slider.value).toBe('1.25');
    fireEvent.input(slider, { target: { value: '0.5' } });
    expect(onChange).toHaveBeenLastCalledWith('0.5');
    fireEvent.input(screen.getByRole('textbox'), { target: { value: '2,5' } });
    expect(onChange).toHaveBeenLastCalledWith('2,5');
  });

  it('PROV-5 ties help and message to the field', () => {
    render(
      <ParameterField
        parameter={TEMPERATURE}
        value="9"
        problem="Too hot."
        onChange={vi.fn()}
        trans={english}
      />
    );
    const field = screen.getByRole('textbox');
    const described = (field.getAttribute('aria-describedby') ?? '').split(' ');
    const texts = described.map(id => document.getElementById(id)?.textContent);
    expect(texts).toEqual([expect.stringContaining('most predictable'), 'Too hot.']);
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });
});

describe('StopTags', () => {
  function Tags({ start = [] }: { start?: string[] }): JSX.Element {
    const [value, setValue] = React.useState<readonly string[]>(start);
    return (
      <>
        <StopTags value={value} onChange={setValue} trans={english} />
        <output>{JSON.stringify(value)}</output>
      </>
    );
  }

  it('PROV-5 adds stop sequences with Enter, line breaks included, and takes them back', async () => {
    const user = userEvent.setup();
    render(<Tags />);
    await user.type(screen.getByLabelText('Stop sequences'), 'END{Enter}\\n\\n{Enter}END{Enter}');
    expect(screen.getByRole('status').textContent).toBe('["END","\\n\\n"]');
    await user.click(screen.getByRole('button', { name: 'Remove END' }));
    await user.type(screen.getByLabelText('Stop sequences'), '{Backspace}');
    expect(screen.getByRole('status').textContent).toBe('[]');
  });

  it('PROV-5 takes no more than the server does', () => {
    render(<Tags start={Array.from({ length: 16 }, (_, index) => `${index}`)} />);
    expect((screen.getByLabelText('Stop sequences') as HTMLInputElement).disabled).toBe(true);
  });
});

describe('ExtraJsonField', () => {
  it.each([
    ['{"a":', /not valid JSON yet/],
    ['[1]', /must be a JSON object/]
  ])('PROV-5 says at once what is wrong with %s', (text, reason) => {
    render(<ExtraJsonField value={text} onChange={vi.fn()} trans={english} />);
    expect(screen.getByRole('alert').textContent).toMatch(reason);
  });

  it('PROV-5 tidies what is right', () => {
    const onChange = vi.fn();
    render(<ExtraJsonField value={'{"min_p":0.05}'} onChange={onChange} trans={english} />);
    expect(screen.queryByRole('alert')).toBeNull();
    fireEvent.blur(screen.getByRole('textbox'));
    expect(onChange).toHaveBeenCalledWith('{\n  "min_p": 0.05\n}');
  });
});

describe('ParametersSection', () => {
  it('PROV-5 shows which template holds and applies another', async () => {
    const onTemplate = vi.fn();
    const precise = { id: 'precise', name: 'Precise', parameters: { temperature: 0.1 } };
    const code = { id: 'code', name: 'Code', parameters: { temperature: 0.2 } };
    render(
      <ParametersSection
        draft={withTemplate(emptyDraft(), precise.parameters)}
        problems={{}}
        templates={[precise, code]}
        onEdit={vi.fn()}
        onEditNumber={vi.fn()}
        onTemplate={onTemplate}
        trans={english}
      />
    );
    expect(screen.getByRole('button', { name: 'Precise', pressed: true })).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Code', pressed: false }));
    expect(onTemplate).toHaveBeenCalledWith({ temperature: 0.2 });
  });

  it('PROV-5 sets and unsets the reasoning effort', async () => {
    const onEdit = vi.fn();
    render(
      <ParametersSection
        draft={emptyDraft()}
        problems={{}}
        templates={[]}
        onEdit={onEdit}
        onEditNumber={vi.fn()}
        onTemplate={vi.fn()}
        trans={english}
      />
    );
    await userEvent.selectOptions(screen.getByLabelText('Reasoning effort'), 'High');
    expect(onEdit).toHaveBeenLastCalledWith({ reasoningEffort: 'high' });
    await userEvent.selectOptions(screen.getByLabelText('Reasoning effort'), 'not set');
    expect(onEdit).toHaveBeenLastCalledWith({ reasoningEffort: null });
  });
});
