import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { ExtraJsonField } from './ExtraJsonField';

function open(value: string, problem?: string) {
  const onChange = vi.fn();
  render(<ExtraJsonField value={value} problem={problem} onChange={onChange} trans={english} />);
  return { onChange, field: screen.getByRole('textbox', { name: 'Extra parameters (JSON)' }) };
}

describe('ExtraJsonField', () => {
  it('PROV-5 hands on what is typed as it is, finished or not', () => {
    const { field, onChange } = open('');
    expect(screen.queryByRole('alert')).toBeNull();
    fireEvent.input(field, { target: { value: '{"min_p": ' } });
    expect(onChange).toHaveBeenCalledWith('{"min_p": ');
  });

  it('PROV-5 says why the text cannot be read', () => {
    const { field } = open('{"min_p": ');
    expect(screen.getByRole('alert').textContent).toMatch(/^This is not valid JSON yet: ./);
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });

  it.each(['[1]', '0.05', 'null'])('PROV-5 refuses %s, which is JSON but no object', value => {
    open(value);
    expect(screen.getByRole('alert').textContent).toContain('must be a JSON object');
  });

  it('PROV-5 shows what the server says rather than its own finding', () => {
    open('{"model": "x"}', 'model cannot be set here.');
    expect(screen.getByRole('alert').textContent).toBe('model cannot be set here.');
  });

  it('PROV-5 tidies the text when the field is left, and only one that can be read', () => {
    const { field, onChange } = open('{"min_p":0.05}');
    fireEvent.blur(field);
    expect(onChange.mock.calls).toEqual([['{\n  "min_p": 0.05\n}']]);
  });

  it.each(['', '{"min_p":'])('PROV-5 leaves %j alone when the field is left', value => {
    const { field, onChange } = open(value);
    fireEvent.blur(field);
    expect(onChange).not.toHaveBeenCalled();
  });
});
