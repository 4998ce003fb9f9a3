import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { LLMOpsClient } from '../api/client';
import { Transport } from '../api/transport';
import { english } from '../i18n';
import { ChatWorkspace } from '../models/ChatWorkspace';
import { EndpointPolicyStore } from '../models/EndpointPolicyStore';
import { HistoryWindow, PlaceStore } from '../models/PlaceStore';
import { ThemeStore } from '../models/ThemeStore';
import { blankSession, FakeChatServer, json } from '../testing/FakeChatServer';
import { FakeModels } from '../testing/FakeModels';
import { PageApp } from './PageApp';

const USER = { name: 'ann', display_name: 'Ann', scopes: ['custom:llmops:use'], mode: 'local', settings: {} };

/** A tab of a browser at a path, its history without the rest of the window. */
class Tab extends EventTarget {
  location: { pathname: string };
  private readonly past: string[] = [];
  readonly history = {
    pushState: (_state: unknown, _title: string, url: string) => {
      this.past.push(this.location.pathname);
      this.location = { pathname: url };
    }
  };

  constructor(pathname: string) {
    super();
    this.location = { pathname };
  }

  back(): void {
    this.location = { pathname: this.past.pop() ?? '/' };
    this.dispatchEvent(new Event('popstate'));
  }
}

async function open(path: string, models = new FakeModels()) {
  const chats = new FakeChatServer();
  chats.sessions.set(7, { ...blankSession(7), title: 'About pandas' });
  const transport: Transport = (to, init) => (to.startsWith('/chat') ? chats : models).transport(to, init);
  const client = new LLMOpsClient(transport);
  const workspace = new ChatWorkspace(client, { storage: null });
  await workspace.start();
  const tab = new Tab(`/llmops${path}`);
  const root = document.createElement('html');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const onLanguage = vi.fn();
  render(
    <PageApp
      workspace={workspace}
      places={new PlaceStore('/llmops', tab as unknown as HistoryWindow)}
      theme={new ThemeStore(root, system, null)}
      policy={new EndpointPolicyStore(client)}
      trans={english}
      docsUrl="/llmops/api/v1/docs"
      onLanguage={onLanguage}
    />
  );
  return { models, tab, root, onLanguage, user: userEvent.setup() };
}

const settings = () => within(screen.getByRole('region', { name: 'Settings' }));

describe('PageApp', () => {
  it('UI-2 opens each address at its panel', async () => {
    await open('/settings');
    expect(settings().getByRole('heading', { name: 'Settings' })).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Settings' }).getAttribute('aria-current')).toBe('page');
  });

  it('UI-2 opens a chat at its own address', async () => {
    const { tab, user } = await open('/chats');
    await user.click(await screen.findByText('About pandas'));
    await waitFor(() => expect(tab.location.pathname).toBe('/llmops/chats/7'));
  });

  it('UI-2 goes back with the browser', async () => {
    const { tab, user } = await open('/chats/7');
    await user.click(screen.getByRole('link', { name: 'Settings' }));
    expect(tab.location.pathname).toBe('/llmops/settings');
    act(() => tab.back());
    expect(tab.location.pathname).toBe('/llmops/chats/7');
    expect(screen.getByRole('link', { name: 'Chats' }).getAttribute('aria-current')).toBe('page');
  });

  it('UI-4 shows a theme at once, from the rail too, and tells the server', async () => {
    const { models, root, user } = await open('/settings');
    await user.click(settings().getByRole('radio', { name: 'Dark' }));
    expect(root.dataset.jpThemeLight).toBe('false');
    await user.click(screen.getByRole('button', { name: 'Theme: dark' }));
    expect(models.sent('PATCH', '/me/settings')).toEqual([{ theme: 'dark' }, { theme: 'auto' }]);
  });

  it('UI-5 changes the language of the page, and tells the server', async () => {
    const { models, onLanguage, user } = await open('/settings');
    await user.click(settings().getByRole('radio', { name: '简体中文' }));
    expect(onLanguage).toHaveBeenCalledWith('zh-CN');
    expect(models.sent('PATCH', '/me/settings')).toEqual([{ language: 'zh-CN' }]);
  });

  it('PROV-7 shows an administrator the allowed hosts', async () => {
    await open('/settings');
    const hosts = within(settings().getByRole('group', { name: 'Allowed model hosts' }));
    expect(await hosts.findByRole('button', { name: 'Remove gpu-box.lan' })).toBeTruthy();
  });

  it('PROV-3 neither shows the allowed hosts to others nor asks for them', async () => {
    const models = new FakeModels();
    models.replies.set('GET /me', () => json(USER));
    await open('/settings', models);
    expect(screen.queryByRole('group', { name: 'Allowed model hosts' })).toBeNull();
    expect(models.sent('GET', '/endpoint-policy')).toEqual([]);
  });
});
