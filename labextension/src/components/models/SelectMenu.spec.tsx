import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { movedIndex, SelectGroup, SelectMenu, SelectMenuProps } from './SelectMenu';

const GROUPS: readonly SelectGroup[] = [
  {
    label: 'Near',
    options: [
      { value: 'a', label: 'Apple', detail: 'red' },
      { value: 'b', label: 'Banana', badge: 'new' },
      { value: 'c', label: 'Cherry', disabled: true }
    ]
  },
  { label: 'Far', options: [{ value: 'd', label: 'Durian' }] }
];

function draw(props: Partial<SelectMenuProps> = {}) {
  const calls = { onChange: vi.fn(), onOuterKey: vi.fn() };
  const view = render(
    <div onKeyDown={event => calls.onOuterKey(event.key)}>
      <SelectMenu
        label="Fruit"
        groups={GROUPS}
        value={null}
        placeholder="Choose one"
        onChange={calls.onChange}
        trans={english}
        {...props}
      />
      <button>elsewhere</button>
    </div>
  );
  return { ...view, ...calls, user: userEvent.setup() };
}

async function open(props: Partial<SelectMenuProps> = {}) {
  const menu = draw(props);
  await menu.user.click(button());
  return menu;
}

const button = () => screen.getByRole('button', { name: /^Fruit: / });
const search = () => screen.getByRole('combobox', { name: 'Search: Fruit' });
const labels = () => screen.queryAllByRole('option').map(option => option.textContent);
const isOpen = () => screen.queryByRole('listbox') !== null;

/** The option the keyboard stands on, as a screen reader is told. */
function active(): string | null | undefined {
  return document.getElementById(search().getAttribute('aria-activedescendant') ?? '')?.textContent;
}

describe('SelectMenu', () => {
  it('UI-5 says on its button what is chosen, and whether it is open', async () => {
    const { user } = draw({ value: 'b' });
    expect(button().getAttribute('aria-label')).toBe('Fruit: Banana new');
    expect(button().getAttribute('aria-expanded')).toBe('false');
    await user.click(button());
    expect(button().getAttribute('aria-expanded')).toBe('true');
    expect(screen.getByRole('option', { selected: true }).textContent).toContain('Banana');
  });

  it('UI-5 opens, moves and chooses with the keyboard alone', async () => {
    const { user, onChange } = draw();
    button().focus();
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(search());
    expect(active()).toContain('Apple');
    await user.keyboard('{ArrowDown}{ArrowDown}');
    // Cherry cannot be chosen, so the keyboard passes it
    expect(active()).toContain('Durian');
    await user.keyboard('{Enter}');
    expect(onChange.mock.calls).toEqual([['d']]);
    expect(isOpen()).toBe(false);
    expect(document.activeElement).toBe(button());
  });

  it('UI-5 finds by every word, in the label, the detail and the group', async () => {
    const { user } = await open();
    await user.type(search(), 'NEAR red');
    expect(labels()).toEqual(['Applered']);
    await user.clear(search());
    await user.type(search(), 'quince');
    expect(labels()).toEqual([]);
    expect(screen.getByText('Nothing matches')).toBeTruthy();
    await user.keyboard('{Enter}');
    expect(isOpen()).toBe(true);
  });

  it('UI-5 chooses with the mouse, but nothing that is disabled', async () => {
    const { user, onChange } = await open();
    await user.click(screen.getByRole('option', { name: /Cherry/ }));
    expect(onChange).not.toHaveBeenCalled();
    await user.click(screen.getByRole('option', { name: /Banana/ }));
    expect(onChange.mock.calls).toEqual([['b']]);
  });

  it('UI-5 closes with Escape and gives the focus back, without closing what is around it', async () => {
    const { user, onChange, onOuterKey } = await open();
    await user.keyboard('{Escape}');
    expect(isOpen()).toBe(false);
    expect(document.activeElement).toBe(button());
    expect(onChange).not.toHaveBeenCalled();
    expect(onOuterKey).not.toHaveBeenCalled();
  });

  it('UI-5 closes on a press elsewhere, and when the focus leaves', async () => {
    const { user } = await open();
    // on nothing that takes the focus
    await user.click(document.body);
    expect(isOpen()).toBe(false);
    await user.click(button());
    await user.tab();
    expect(isOpen()).toBe(false);
  });

  it('UI-5 closes before the act below the options', async () => {
    const onPress = vi.fn();
    const { user } = await open({ footer: { label: 'Manage…', onPress } });
    await user.click(screen.getByRole('button', { name: 'Manage…' }));
    expect(onPress).toHaveBeenCalledTimes(1);
    expect(isOpen()).toBe(false);
  });

  it('UI-5 has no fault that axe finds, open or closed', async () => {
    const { container, user } = draw({ value: 'a' });
    const faults = async () => {
      const rules = { 'color-contrast': { enabled: false }, region: { enabled: false } };
      return (await axe.run(container, { rules })).violations.map(violation => violation.id);
    };
    expect(await faults()).toEqual([]);
    await user.click(button());
    expect(await faults()).toEqual([]);
  });
});

describe('movedIndex', () => {
  it.each([
    ['ArrowDown', 2, 3, 0],
    ['ArrowUp', 0, 3, 2],
    ['Home', 2, 3, 0],
    ['End', 0, 3, 2],
    ['PageDown', 5, 12, 11],
    ['PageUp', 5, 12, 0],
    ['x', 0, 3, null],
    ['ArrowDown', -1, 0, null]
  ])('UI-5 %s moves from %i of %i to %j', (key, index, length, target) => {
    expect(movedIndex(key, index, length)).toBe(target);
  });
});
