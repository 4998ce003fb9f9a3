import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { DEFAULT_SETTINGS } from '../../models/MeStore';
import { SettingsPanel } from './SettingsPanel';

function open(policy?: React.ReactNode) {
  const onChange = vi.fn();
  render(<SettingsPanel settings={DEFAULT_SETTINGS} onChange={onChange} policy={policy} trans={english} />);
  return { onChange, user: userEvent.setup() };
}

describe('SettingsPanel', () => {
  it.each([
    ['简体中文', { language: 'zh-CN' }],
    ['English', { language: 'en' }],
    ['Dark', { theme: 'dark' }],
    ['Light', { theme: 'light' }],
    ['Enter', { send_with: 'enter' }]
  ])('UI-4 UI-5 changes at once to %s', async (label, change) => {
    const { onChange, user } = open();
    await user.click(screen.getByRole('radio', { name: label }));
    expect(onChange).toHaveBeenCalledWith(change);
  });

  it('CHAT-9 loads remote images only after consent', async () => {
    const { onChange, user } = open();
    const consent = screen.getByRole('checkbox', {
      name: 'Load images from other sites'
    }) as HTMLInputElement;
    expect(consent.checked).toBe(false);
    await user.click(consent);
    expect(onChange).toHaveBeenCalledWith({ remote_images: true });
  });

  it('CHAT-3 can hide the reasoning', async () => {
    const { onChange, user } = open();
    await user.click(screen.getByRole('checkbox', { name: 'Answers only' }));
    expect(onChange).toHaveBeenCalledWith({ answers_only: true });
  });

  it('PROV-7 shows the allowed hosts to those who may change them only', () => {
    open();
    expect(screen.queryByText('Allowed model hosts')).toBeNull();
    open(<p>the editor</p>);
    expect(screen.getByText('Allowed model hosts')).toBeTruthy();
  });
});
