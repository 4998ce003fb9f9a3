import * as React from 'react';

import { UserSettings } from '../../api/types';
import { Trans } from '../../i18n';

export interface SettingsPanelProps {
  settings: UserSettings;
  onChange(changes: Partial<UserSettings>): void;
  /** The endpoint policy; absent for those who may not change it. */
  policy?: React.ReactNode;
  /** Where the API is described. */
  apiDocsUrl?: string;
  trans: Trans;
}

/** How the reader likes it. Every change holds at once. */
export function SettingsPanel(props: SettingsPanelProps): JSX.Element {
  const { settings, onChange, policy, apiDocsUrl, trans } = props;
  return (
    <section className="jp-LLMOps-settings" aria-label={trans.__('Settings')}>
      <h2>{trans.__('Settings')}</h2>
      <fieldset className="jp-LLMOps-section">
        <legend>{trans.__('Appearance')}</legend>
        <Choice
          label={trans.__('Language')}
          value={settings.language}
          options={[
            ['auto', trans.__('As the browser')],
            ['en', 'English'],
            ['zh-CN', '简体中文']
          ]}
          onChange={language => onChange({ language })}
        />
        <Choice
          label={trans.__('Theme')}
          value={settings.theme}
          options={[
            ['auto', trans.__('As the system')],
            ['light', trans.__('Light')],
            ['dark', trans.__('Dark')]
          ]}
          onChange={theme => onChange({ theme })}
        />
      </fieldset>
      <ChatSettings {...props} />
      {policy && (
        <fieldset className="jp-LLMOps-section">
          <legend>{trans.__('Allowed model hosts')}</legend>
          {policy}
        </fieldset>
      )}
      {apiDocsUrl && (
        <p className="jp-LLMOps-hint">
          <a className="jp-LLMOps-link" href={apiDocsUrl} target="_blank" rel="noreferrer noopener">
            {trans.__('The interface for programs')}
          </a>
        </p>
      )}
    </section>
  );
}

function ChatSettings({ settings, onChange, trans }: SettingsPanelProps): JSX.Element {
  return (
    <fieldset className="jp-LLMOps-section">
      <legend>{trans.__('Chat')}</legend>
      <Choice
        label={trans.__('Send a message with')}
        value={settings.send_with}
        options={[
          ['ctrl_enter', trans.__('Ctrl+Enter')],
          ['enter', trans.__('Enter')]
        ]}
        onChange={value => onChange({ send_with: value })}
      />
      <Switch
        label={trans.__('Answers only')}
        help={trans.__('Hide the reasoning of models that think before they answer.')}
        checked={settings.answers_only}
        onChange={value => onChange({ answers_only: value })}
      />
      <Switch
        label={trans.__('Load images from other sites')}
        help={trans.__(
          'An answer may name an image on a foreign server, which then learns that you read it. Off is safer.'
        )}
        checked={settings.remote_images}
        onChange={value => onChange({ remote_images: value })}
      />
    </fieldset>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly (readonly [Value, string])[];
  onChange(value: Value): void;
}

function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>): JSX.Element {
  const name = React.useId();
  return (
    <div className="jp-LLMOps-choice" role="radiogroup" aria-label={label}>
      <span className="jp-LLMOps-choice-label">{label}</span>
      <span className="jp-LLMOps-choice-options">
        {options.map(([option, text]) => (
          <label key={option} data-checked={option === value || undefined}>
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onChange(option)}
            />
            {text}
          </label>
        ))}
      </span>
    </div>
  );
}

interface SwitchProps {
  label: string;
  help: string;
  checked: boolean;
  onChange(checked: boolean): void;
}

function Switch({ label, help, checked, onChange }: SwitchProps): JSX.Element {
  const id = React.useId();
  return (
    <div className="jp-LLMOps-switch">
      <label>
        <input
          type="checkbox"
          checked={checked}
          aria-describedby={id}
          onChange={event => onChange(event.currentTarget.checked)}
        />
        {label}
      </label>
      <p id={id} className="jp-LLMOps-hint">
        {help}
      </p>
    </div>
  );
}
