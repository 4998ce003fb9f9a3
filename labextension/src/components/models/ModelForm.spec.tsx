import { fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../api/errors';
import { english } from '../../i18n';
import { draftOf, emptyDraft } from '../../models/ConfigDraft';
import { ConfigFormState } from '../../models/ConfigFormStore';
import { FakeModels, model } from '../../testing/FakeModels';
import { ModelForm, ModelFormProps } from './ModelForm';

const SERVER = new FakeModels();
const OLLAMA = SERVER.providers.find(one => one.id === 'ollama')!;
const STORED = SERVER.add({ name: 'Fast', version: 4 });
const REFUSED = new ApiError(
  'This host is not allowed.',
  'endpoint_not_allowed',
  422,
  'Ask an administrator.'
);

function stateOf(changes: Partial<ConfigFormState> = {}): ConfigFormState {
  return {
    stored: STORED,
    draft: draftOf(STORED),
    dirty: false,
    restored: false,
    problems: {},
    problem: null,
    saving: false,
    testing: false,
    result: null,
    versions: null,
    ...changes
  };
}

function open(state: Partial<ConfigFormState> = {}, props: Partial<ModelFormProps> = {}) {
  const calls = {
    onProvider: vi.fn(),
    onEdit: vi.fn(),
    onEditNumber: vi.fn(),
    onTemplate: vi.fn(),
    onModel: vi.fn(),
    onRefreshModels: vi.fn(),
    onAddManual: vi.fn(),
    onTest: vi.fn(),
    onStopTest: vi.fn(),
    onSave: vi.fn(),
    onDiscard: vi.fn(),
    onClose: vi.fn(),
    onVersions: vi.fn(),
    onAllowHost: vi.fn()
  };
  const models = {
    status: 'ready' as const,
    items: [model('llama3.2:3b', ['chat'], null, null, null)],
    problem: null
  };
  const form = (changes: Partial<ConfigFormState>) => (
    <ModelForm
      state={stateOf(changes)}
      providers={SERVER.providers}
      templates={[]}
      models={models}
      trans={english}
      {...calls}
      {...props}
    />
  );
  const view = render(form(state));
  const show = (changes: Partial<ConfigFormState>) => view.rerender(form(changes));
  return { ...view, ...calls, show, user: userEvent.setup() };
}

const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>('button', { name });
const text = (name: string | RegExp) => screen.getByRole<HTMLInputElement>('textbox', { name });

describe('ModelForm', () => {
  it('PROV-5 hands on every field that is edited', () => {
    const { onEdit } = open();
    fireEvent.input(text('Endpoint'), { target: { value: 'http://gpu:11434' } });
    fireEvent.input(text(/^Name/), { target: { value: 'Faster' } });
    fireEvent.input(text('Notes'), { target: { value: 'for drafts' } });
    fireEvent.input(text('Default system prompt'), { target: { value: 'Be brief.' } });
    expect(onEdit.mock.calls).toEqual([
      [{ endpoint: 'http://gpu:11434' }],
      [{ name: 'Faster' }],
      [{ notes: 'for drafts' }],
      [{ systemPrompt: 'Be brief.' }]
    ]);
  });

  it('UI-1 saves with Ctrl+S, Cmd+S, Enter and the button', async () => {
    const { user, onSave } = open({ dirty: true });
    await user.click(text(/^Name/));
    await user.keyboard('{Control>}s{/Control}{Meta>}s{/Meta}{Enter}');
    expect(onSave).toHaveBeenCalledTimes(3);
    await user.click(button('Save'));
    expect(onSave).toHaveBeenCalledTimes(4);
  });

  it('UI-6 says what is not saved, and offers to save or discard only then', async () => {
    const { user, show, onDiscard } = open();
    expect(button('Save').disabled).toBe(true);
    expect(screen.queryByText('Not saved')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Discard changes' })).toBeNull();
    show({ dirty: true });
    expect(screen.getByText('Not saved')).toBeTruthy();
    await user.click(button('Discard changes'));
    expect(onDiscard).toHaveBeenCalledTimes(1);
    show({ dirty: true, saving: true });
    expect(button('Saving…').disabled).toBe(true);
  });

  it('UI-6 says that a draft of an earlier visit is back', async () => {
    const { user, onDiscard } = open({ dirty: true, restored: true });
    expect(screen.getByRole('status').textContent).toContain('what you had typed before');
    await user.click(button('Discard it'));
    expect(onDiscard).toHaveBeenCalledTimes(1);
  });

  it('PROV-5 leads to the first field that is refused, once', async () => {
    const { user, show } = open({ dirty: true });
    const problems = { name: 'This name is taken.', 'parameters.stop': 'Too many.' };
    show({ dirty: true, problems });
    expect(document.activeElement).toBe(text(/^Name/));
    expect(within(text(/^Name/).closest('div')!).getByRole('alert').textContent).toBe('This name is taken.');
    await user.click(text('Notes'));
    show({ dirty: true, problems: { name: 'This name is taken.' } });
    expect(document.activeElement).toBe(text('Notes'));
  });

  it('UI-6 lists what was refused in fields the form does not show', () => {
    const errors = [
      { field: 'name', message: 'Too long.' },
      { field: 'groups', message: 'No such group.' }
    ];
    const problem = new ApiError('Not valid.', 'invalid', 422, '', errors);
    open({ problem, problems: { name: 'Too long.' } });
    const items = screen.getAllByRole('listitem').map(item => item.textContent);
    expect(items).toEqual(['groups: No such group.']);
  });

  it('PROV-7 tests, says that it does, and stops on demand', async () => {
    const { user, show, onTest, onStopTest } = open();
    await user.click(button('Test'));
    expect(onTest).toHaveBeenCalledTimes(1);
    show({ testing: true });
    expect(screen.getByRole('status').textContent).toBe('Sending a short message to the model…');
    await user.click(button('Stop the test'));
    expect(onStopTest).toHaveBeenCalledTimes(1);
    show({ draft: { ...draftOf(STORED), model: ' ' } });
    expect(button('Test').disabled).toBe(true);
  });

  it('PROV-3 offers to allow a refused host to those who may', async () => {
    const draft = { ...draftOf(STORED), endpoint: 'http://gpu.lan:8000/v1' };
    const { user, onAllowHost, unmount } = open({ problem: REFUSED, draft });
    await user.click(button('Allow the host gpu.lan:8000'));
    expect(onAllowHost).toHaveBeenCalledWith('gpu.lan:8000');
    unmount();
    open({ problem: REFUSED, draft }, { onAllowHost: undefined });
    expect(screen.queryByRole('button', { name: /Allow the host/ })).toBeNull();
    expect(screen.getByText('Ask an administrator.')).toBeTruthy();
  });

  it('PROV-1 brings back the usual endpoint of a provider', async () => {
    const draft = { ...draftOf(STORED), endpoint: 'http://gpu:1' };
    const { user, onEdit, show } = open({ draft });
    await user.click(button('Reset'));
    expect(onEdit).toHaveBeenCalledWith({ endpoint: OLLAMA.default_endpoint });
    show({});
    expect(screen.queryByRole('button', { name: 'Reset' })).toBeNull();
  });

  it('PROV-2 asks for neither address nor key for the built-in model', () => {
    open({ stored: null, draft: emptyDraft(SERVER.providers.find(one => one.kind === 'embedded')) });
    expect(screen.queryByRole('textbox', { name: 'Endpoint' })).toBeNull();
    expect(screen.queryByLabelText('API key')).toBeNull();
    expect(screen.getByRole('form', { name: 'New model configuration' })).toBeTruthy();
  });

  it('PROV-8 shows no stored key for another provider than the one it belongs to', () => {
    const stored = { ...STORED, api_key_hint: '9f2c' };
    const { show } = open({ stored });
    expect(screen.getByLabelText<HTMLInputElement>('API key').value).toBe('••••••••9f2c');
    show({ stored, draft: { ...draftOf(stored), providerId: 'openai' } });
    expect(screen.getByLabelText<HTMLInputElement>('API key').value).toBe('');
  });

  it('PROV-6 leads to the versions and back to the list', async () => {
    const { user, onVersions, onClose } = open();
    await user.click(button('Version 4'));
    await user.click(button('Back to the list'));
    expect(onVersions).toHaveBeenCalledTimes(1);
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('UI-5 has no fault that axe finds, with messages and without', async () => {
    const { container, show } = open();
    const faults = async () => {
      const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
      return violations.map(violation => violation.id);
    };
    expect(await faults()).toEqual([]);
    show({ problems: { name: 'Taken.', endpoint: 'No address.', api_key: 'No key.' }, problem: REFUSED });
    expect(await faults()).toEqual([]);
  });
});
