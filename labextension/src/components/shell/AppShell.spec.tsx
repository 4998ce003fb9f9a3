import { fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { PagePlace, pathOf } from '../../models/PlaceStore';
import { AppShell, AppShellProps } from './AppShell';

interface PageProps extends Partial<AppShellProps> {
  /** Where the page opens. */
  start?: PagePlace;
}

function open(props: PageProps = {}) {
  const calls = { onTheme: vi.fn(), onLanguage: vi.fn(), onGo: vi.fn() };
  const view = render(<Page {...calls} {...props} />);
  return { ...view, ...calls, user: userEvent.setup() };
}

function Page({
  start = { view: 'chats', id: null },
  ...props
}: PageProps & Pick<AppShellProps, 'onTheme' | 'onLanguage' | 'onGo'>): JSX.Element {
  const [place, setPlace] = React.useState<PagePlace>(start);
  return (
    <AppShell
      place={place}
      views={{ chats: () => <Chats />, models: () => <p>the models</p>, settings: () => <p>the settings</p> }}
      urlOf={target => `/llmops${pathOf(target)}`}
      theme="auto"
      language="auto"
      helpUrl="/help"
      trans={english}
      {...props}
      onGo={target => {
        props.onGo(target);
        setPlace(target);
      }}
    />
  );
}

function Chats(): JSX.Element {
  return (
    <>
      <input aria-label="draft" />
      <input aria-label="find" data-shortcut="/" />
    </>
  );
}

describe('AppShell', () => {
  it('UI-2 goes from place to place, each with a URL of its own', async () => {
    const { user, onGo } = open();
    const link = screen.getByRole('link', { name: 'Models' });
    expect(link.getAttribute('href')).toBe('/llmops/models');
    await user.click(link);
    expect(onGo).toHaveBeenCalledWith({ view: 'models', id: null });
    expect(screen.getByText('the models')).toBeTruthy();
    expect(link.getAttribute('aria-current')).toBe('page');
  });

  it('UI-2 leaves a click that opens a new tab to the browser', () => {
    const { onGo } = open();
    fireEvent.click(screen.getByRole('link', { name: 'Models' }), { ctrlKey: true });
    expect(onGo).not.toHaveBeenCalled();
  });

  it('UI-2 keeps what was typed in a place that is left for a moment', async () => {
    const { user } = open();
    await user.type(screen.getByLabelText('draft'), 'half a question');
    await user.click(screen.getByRole('link', { name: 'Settings' }));
    await user.click(screen.getByRole('link', { name: 'Chats' }));
    expect((screen.getByLabelText('draft') as HTMLInputElement).value).toBe('half a question');
  });

  it('UI-2 comes back to where the reader was in a place', async () => {
    const { user, onGo } = open({ start: { view: 'models', id: 7 } });
    await user.click(screen.getByRole('link', { name: 'Settings' }));
    await user.click(screen.getByRole('link', { name: 'Models' }));
    expect(onGo).toHaveBeenLastCalledWith({ view: 'models', id: 7 });
    await user.click(screen.getByRole('link', { name: 'Models' }));
    expect(onGo).toHaveBeenLastCalledWith({ view: 'models', id: null });
  });

  it('UI-4 switches between system, light and dark', async () => {
    const { user, onTheme } = open();
    await user.click(screen.getByRole('button', { name: 'Theme: system' }));
    expect(onTheme).toHaveBeenCalledWith('light');
  });

  it('UI-5 switches the language', async () => {
    const { user, onLanguage } = open();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Language' }), '简体中文');
    expect(onLanguage).toHaveBeenCalledWith('zh-CN');
  });

  it('UI-5 reaches the search with one key, but not while typing', async () => {
    const { user } = open();
    await user.keyboard('/');
    expect(document.activeElement).toBe(screen.getByLabelText('find'));
    await user.type(screen.getByLabelText('draft'), 'a/b');
    expect((screen.getByLabelText('draft') as HTMLInputElement).value).toBe('a/b');
  });

  it('UI-5 offers a way past the navigation and has no fault that a machine can find', async () => {
    const { container } = open();
    expect(screen.getByRole('link', { name: 'Skip to the content' }).getAttribute('href')).toBe(
      '#jp-LLMOps-main'
    );
    expect(within(screen.getByRole('navigation')).getAllByRole('link')).toHaveLength(4);
    const found = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
    expect(found.violations.map(one => `${one.id}: ${one.nodes[0].html}`)).toEqual([]);
  });
});
