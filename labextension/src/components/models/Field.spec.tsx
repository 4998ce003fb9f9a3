import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it } from 'vitest';
import { Field, FieldProps } from './Field';

function open(props: Partial<FieldProps> = {}) {
  return render(
    <Field label="Endpoint" name="endpoint" {...props}>
      {ids => <input {...ids} />}
    </Field>
  );
}

/** The texts a screen reader reads after the name of a field. */
function described(field: HTMLElement): (string | null | undefined)[] {
  const ids = field.getAttribute('aria-describedby')?.split(' ') ?? [];
  return ids.map(id => document.getElementById(id)?.textContent);
}

describe('Field', () => {
  it('UI-5 ties the label to the input, and a click on it leads there', async () => {
    open();
    await userEvent.click(screen.getByText('Endpoint'));
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Endpoint' }));
  });

  it('UI-5 says nothing of a mistake or of help where there is none', () => {
    open();
    const input = screen.getByRole('textbox');
    expect(input.hasAttribute('aria-describedby')).toBe(false);
    expect(input.hasAttribute('aria-invalid')).toBe(false);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('PROV-5 announces the message where the mistake is, and reads it with the help', () => {
    const { rerender } = open({ help: 'Usually localhost.' });
    expect(described(screen.getByRole('textbox'))).toEqual(['Usually localhost.']);
    rerender(
      <Field label="Endpoint" name="endpoint" help="Usually localhost." problem="This is no address.">
        {ids => <input {...ids} />}
      </Field>
    );
    const input = screen.getByRole('textbox');
    expect(screen.getByRole('alert').textContent).toBe('This is no address.');
    expect(described(input)).toEqual(['Usually localhost.', 'This is no address.']);
    expect(input.getAttribute('aria-invalid')).toBe('true');
  });

  it('PROV-5 is found by the name the server gives a field', () => {
    const { container } = open({ required: true });
    expect(container.querySelector('[data-field="endpoint"]')?.textContent).toBe('Endpoint *');
    // the star is for the eye only
    expect(screen.getByText('*').getAttribute('aria-hidden')).toBe('true');
  });
});
