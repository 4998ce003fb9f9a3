import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../api/errors';
import { english } from '../../i18n';
import { model } from '../../testing/FakeModels';
import { ModelPicker, ModelPickerProps } from './ModelPicker';

function open(props: Partial<ModelPickerProps> = {}) {
  const calls = { onChange: vi.fn(), onRefresh: vi.fn(), onAddManual: vi.fn() };
  const items = [
    model('llama3.2:3b', ['chat', 'tools'], 131072, '3.2B', 'Q4_K_M'),
    model('llava:7b', ['chat', 'vision'], 32768, '7B', null)
  ];
  const list = { status: 'ready' as const, items, problem: null };
  const view = render(<ModelPicker list={list} value="" trans={english} {...calls} {...props} />);
  return { ...view, ...calls, user: userEvent.setup() };
}

describe('ModelPicker', () => {
  it('PROV-4 shows capabilities, context, size and quantisation', () => {
    open();
    const row = screen.getByRole('option', { name: /llama3.2:3b/ });
    expect(row.textContent).toContain('tools');
    expect(row.textContent).toContain('131k context · 3.2B · Q4_K_M');
  });

  it('PROV-4 says what is not available or was added by hand', () => {
    const items = [{ ...model('m', ['chat'], null, null, null), available: false, source: 'manual' }];
    open({ list: { status: 'ready', items, problem: null } });
    expect(screen.getByRole('option').textContent).toContain('not available');
    expect(screen.getByRole('option').textContent).toContain('added by hand');
  });

  it('PROV-4 keeps only models with the wanted capability', async () => {
    const { user } = open();
    await user.click(screen.getByRole('button', { name: 'images' }));
    expect(screen.getAllByRole('option').map(row => row.textContent)).toEqual([
      expect.stringContaining('llava')
    ]);
  });

  it('PROV-4 draws only the rows in view of a long list, and the others on scrolling', () => {
    const items = Array.from({ length: 5000 }, (_, index) => model(`m-${index}`, ['chat'], null, null, null));
    open({ list: { status: 'ready', items, problem: null } });
    expect(screen.getAllByRole('option').length).toBeLessThan(30);
    const scroller = screen.getByRole('listbox');
    scroller.scrollTop = 44 * 4000;
    fireEvent.scroll(scroller);
    expect(screen.getByText('m-4000')).toBeTruthy();
    expect(screen.getByText('m-4000').closest('[role=option]')?.getAttribute('aria-posinset')).toBe('4001');
  });

  it('UI-5 moves and chooses with the keyboard', async () => {
    const { user, onChange } = open();
    await user.click(screen.getByRole('combobox'));
    await user.keyboard('{ArrowDown}{Enter}');
    expect(onChange).toHaveBeenCalledWith('llava:7b');
  });

  it('PROV-4 takes a name the provider does not list', async () => {
    const { user, onChange, onAddManual } = open();
    await user.type(screen.getByRole('combobox'), ' my-own ');
    await user.click(screen.getByRole('button', { name: 'Add it to the list…' }));
    expect(onAddManual).toHaveBeenCalledWith('my-own');
    await user.keyboard('{Control>}{/Control}');
    await user.click(screen.getByRole('button', { name: 'Use “my-own” as typed' }));
    expect(onChange).toHaveBeenCalledWith('my-own');
  });

  it('UI-6 shows that it loads, then why it could not, beside what is known', () => {
    const { unmount } = open({ list: { status: 'loading', items: [], problem: null } });
    expect(screen.getByRole('status', { name: 'Loading the models…' })).toBeTruthy();
    unmount();
    const items = [model('by-hand', ['chat'], null, null, null)];
    open({
      list: { status: 'error', items, problem: new ApiError('Not reached.', 'unreachable', 502, 'Start it.') }
    });
    expect(screen.getByRole('alert').textContent).toContain('Start it.');
    expect(screen.getByRole('option', { name: /by-hand/ })).toBeTruthy();
  });

  it('PROV-4 asks the provider again on demand', async () => {
    const { user, onRefresh } = open();
    await user.click(screen.getByRole('button', { name: 'Ask the provider again' }));
    expect(onRefresh).toHaveBeenCalled();
  });

  it('PROV-4 folds to the choice, and opens to change it', async () => {
    const { user } = open({ value: 'llava:7b' });
    expect(screen.queryByRole('listbox')).toBeNull();
    await user.click(screen.getByRole('button', { name: /llava:7b/ }));
    expect(screen.getByRole('option', { selected: true }).textContent).toContain('llava:7b');
    await user.click(screen.getByRole('combobox'));
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('listbox')).toBeNull();
  });
});
