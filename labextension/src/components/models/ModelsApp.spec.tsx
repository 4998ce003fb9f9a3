import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import * as React from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LLMOpsClient } from '../../api/client';
import { english } from '../../i18n';
import { MeStore } from '../../models/MeStore';
import { ToastStore } from '../../models/ToastStore';
import { FakeModels, problem } from '../../testing/FakeModels';
import { ModelsApp } from './ModelsApp';

afterEach(() => sessionStorage.clear());

/** Draw the panel over the fake server; `me` is loaded, so that the owner's rights are known. */
async function open(fake: FakeModels, place?: number | 'new') {
  const client = new LLMOpsClient(fake.transport);
  const workspace = {
    client,
    me: new MeStore(client),
    toasts: new ToastStore(),
    choices: { load: vi.fn(async () => undefined) }
  };
  await workspace.me.load();
  const view = render(<Panel workspace={workspace} start={place ?? null} />);
  return { ...view, workspace, user: userEvent.setup(), toasts: () => workspace.toasts.getSnapshot().toasts };
}

function Panel({ workspace, start }: { workspace: any; start: number | 'new' | null }): JSX.Element {
  const [place, setPlace] = React.useState<number | 'new' | null>(start);
  return <ModelsApp workspace={workspace} trans={english} place={place} onPlace={setPlace} />;
}

function twoModels(): FakeModels {
  const fake = new FakeModels();
  fake.add({ name: 'Tiny', provider_id: 'embedded', model: 'smollm2', demo: true, is_default: true });
  fake.add({ name: 'GPT', provider_id: 'openai', model: 'gpt-1', api_key_hint: 'abcd' });
  return fake;
}

async function chooseProvider(user: ReturnType<typeof userEvent.setup>, name: string): Promise<void> {
  await user.click(await screen.findByRole('button', { name: /^Provider:/ }));
  await user.type(screen.getByRole('combobox', { name: 'Search: Provider' }), `${name}{Enter}`);
}

describe('the list of models', () => {
  it('PROV-6 groups cards by provider with state and labels', async () => {
    await open(twoModels());
    const group = await screen.findByRole('region', { name: 'Built-in model' });
    expect(within(group).getByText('tiny demo model')).toBeTruthy();
    expect(within(group).getByText('default')).toBeTruthy();
    expect(within(group).getByText('not tested')).toBeTruthy();
  });

  it('UI-6 has an empty state that leads to the form', async () => {
    const { user } = await open(new FakeModels());
    await user.click(await screen.findByRole('button', { name: 'Set up a model' }));
    expect(await screen.findByRole('form', { name: 'New model configuration' })).toBeTruthy();
  });

  it('UI-6 shows that it loads', async () => {
    await open(twoModels());
    expect(screen.getByRole('status', { name: 'Loading the models…' })).toBeTruthy();
  });

  it('UI-6 says why the list cannot be shown and tries again', async () => {
    const fake = twoModels();
    fake.replies.set('GET /model-configs', () =>
      problem(503, { code: 'starting', detail: 'Still starting.', remedy: 'Wait.' })
    );
    const { user } = await open(fake);
    expect(await screen.findByText('Still starting.')).toBeTruthy();
    fake.replies.clear();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('GPT')).toBeTruthy();
  });

  it('PROV-6 searches, and offers the way back when nothing matches', async () => {
    const { user } = await open(twoModels());
    await screen.findByText('GPT');
    await user.keyboard('/');
    await user.type(screen.getByRole('searchbox'), 'zzz');
    expect(await screen.findByText('No model matches.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Show all' }));
    expect(await screen.findByText('GPT')).toBeTruthy();
    expect((screen.getByRole('searchbox') as HTMLInputElement).value).toBe('');
  });

  it('PROV-6 filters by provider and takes the filter back', async () => {
    const { user } = await open(twoModels());
    const chip = await screen.findByRole('button', { name: 'OpenAI', pressed: false });
    await user.click(chip);
    await waitFor(() => expect(screen.queryByText('Tiny')).toBeNull());
    await user.click(screen.getByRole('button', { name: 'OpenAI', pressed: true }));
    expect(await screen.findByText('Tiny')).toBeTruthy();
  });

  it('PROV-6 deletes many after saying by name what uses them', async () => {
    const fake = twoModels();
    fake.used[2] = 3;
    const { user, toasts, workspace } = await open(fake);
    await user.click(await screen.findByLabelText('Select Tiny'));
    await user.click(screen.getByLabelText('Select GPT'));
    await user.click(screen.getByRole('button', { name: 'Delete…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Delete 2 models?' });
    expect(await within(dialog).findByText(/used by 3 chats/)).toBeTruthy();
    expect(within(dialog).getByText(/nothing uses it/)).toBeTruthy();
    expect(document.activeElement?.textContent).toBe('Cancel');
    await user.click(within(dialog).getByRole('button', { name: 'Delete 2 models' }));
    expect(await screen.findByText('No model is set up yet.')).toBeTruthy();
    expect(toasts().at(-1)?.text).toBe('2 models deleted');
    expect(workspace.choices.load).toHaveBeenCalled();
  });

  it('PROV-6 duplicates and opens the copy', async () => {
    const { user } = await open(twoModels());
    await user.click(await screen.findByRole('button', { name: 'Duplicate GPT' }));
    expect(await screen.findByRole('heading', { name: 'GPT (copy)' })).toBeTruthy();
  });

  it('PROV-6 makes another the default', async () => {
    const fake = twoModels();
    const { user, toasts } = await open(fake);
    await user.click(await screen.findByRole('button', { name: 'Make GPT the default' }));
    await waitFor(() => expect(toasts().at(-1)?.text).toBe('New chats now start with “GPT”'));
    expect(fake.configs.map(config => config.is_default)).toEqual([false, true]);
  });

  it('PROV-7 tests from the card and says what to do when it fails', async () => {
    const fake = twoModels();
    const reason = { code: 'unauthorized', message: 'The key is wrong.', remedy: 'Check the key.' };
    fake.test = { ok: false, latency_ms: null, ttft_ms: null, usage: null, text: null, problem: reason };
    const { user, toasts } = await open(fake);
    await user.click(await screen.findByRole('button', { name: 'Test GPT' }));
    await waitFor(() =>
      expect(toasts().at(-1)).toMatchObject({
        kind: 'error',
        text: 'GPT: The key is wrong.',
        detail: 'Check the key.'
      })
    );
  });

  it('UI-5 moves through the cards with the arrow keys', async () => {
    const { user } = await open(twoModels());
    const [first, second] = await waitFor(() => {
      const cards = [...document.querySelectorAll<HTMLElement>('[data-config]')];
      expect(cards).toHaveLength(2);
      return cards;
    });
    first.focus();
    await user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(second);
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('heading', { name: 'GPT' })).toBeTruthy();
  });

  it('PROV-6 shows more pages on demand', async () => {
    const fake = new FakeModels();
    Array.from({ length: 60 }, () => fake.add());
    const { user } = await open(fake);
    await user.click(await screen.findByRole('button', { name: 'Show more (50 of 60)' }));
    await waitFor(() => expect(document.querySelectorAll('[data-config]')).toHaveLength(60));
  });
});

describe('the form', () => {
  it('PROV-5 sets up a model from provider to saved', async () => {
    const fake = new FakeModels();
    const { user, toasts } = await open(fake, 'new');
    await chooseProvider(user, 'ollama');
    expect((screen.getByLabelText('Endpoint') as HTMLInputElement).value).toBe('http://localhost:11434');
    await user.click(await screen.findByRole('option', { name: /qwen3:8b/ }));
    await user.click(screen.getByRole('button', { name: 'Test' }));
    expect(await screen.findByText('Hello! How can I help you today?')).toBeTruthy();
    expect(screen.getByText('0.412 s')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Precise' }));
    await user.keyboard('{Control>}s{/Control}');
    await waitFor(() => expect(toasts().at(-1)?.text).toBe('“qwen3:8b” is saved'));
    expect(fake.configs[0]).toMatchObject({
      provider_id: 'ollama',
      model: 'qwen3:8b',
      parameters: { temperature: 0.2, top_p: 0.9 }
    });
    expect(await screen.findByText('Hello! How can I help you today?')).toBeTruthy();
  });

  it('PROV-5 shows each message at its field and puts the focus there', async () => {
    const fake = twoModels();
    const errors = [{ field: 'name', message: 'There is already one of this name.' }];
    fake.replies.set('PATCH /model-configs/2', () =>
      problem(422, { code: 'invalid', detail: 'Not valid', errors })
    );
    const { user } = await open(fake, 2);
    const name = await screen.findByLabelText(/^Name/);
    await user.type(name, '!');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    const message = await screen.findByText('There is already one of this name.');
    expect(name.getAttribute('aria-invalid')).toBe('true');
    expect(name.getAttribute('aria-describedby')).toContain(message.id);
    expect(document.activeElement).toBe(name);
    expect((name as HTMLInputElement).value).toBe('GPT!');
  });

  it('PROV-7 lets the owner allow a refused host, and tests again', async () => {
    const fake = new FakeModels();
    const refused = {
      code: 'endpoint_not_allowed',
      message: 'gpu.lan is not allowed.',
      remedy: 'Ask an admin.'
    };
    const works = fake.test;
    fake.test = { ...works, ok: false, problem: refused };
    const { user } = await open(fake, 'new');
    await chooseProvider(user, 'vllm');
    const endpoint = screen.getByLabelText('Endpoint');
    fireEvent.input(endpoint, { target: { value: 'http://gpu.lan:8000/v1' } });
    await user.type(screen.getByRole('combobox', { name: /^Model/ }), 'mine{Enter}');
    await user.click(screen.getByRole('button', { name: 'Test' }));
    fake.test = works;
    await user.click(await screen.findByRole('button', { name: 'Allow the host gpu.lan:8000' }));
    expect(await screen.findByText('It works')).toBeTruthy();
    expect(fake.policy.allowed_hosts).toEqual(['gpu-box.lan', 'gpu.lan:8000']);
  });

  it('PROV-7 offers to allow a host as soon as it is refused, before a model is chosen', async () => {
    const fake = new FakeModels();
    const errors = [{ field: 'endpoint', message: 'gpu.lan is not allowed.' }];
    fake.replies.set('GET /providers/vllm/models', () =>
      problem(422, { code: 'endpoint_not_allowed', detail: 'Some fields are not valid', errors })
    );
    const { user } = await open(fake, 'new');
    await chooseProvider(user, 'vllm');
    fireEvent.input(screen.getByLabelText('Endpoint'), { target: { value: 'http://gpu.lan' } });
    expect(await screen.findByText('gpu.lan is not allowed.')).toBeTruthy();
    fake.replies.clear();
    fake.models.vllm = [fake.models.ollama[0]];
    await user.click(await screen.findByRole('button', { name: 'Allow the host gpu.lan' }));
    expect(await screen.findByRole('option', { name: /llama3.2:3b/ })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Allow the host gpu.lan' })).toBeNull();
  });

  it('UI-6 asks before unsaved changes are left', async () => {
    const { user } = await open(twoModels(), 2);
    await user.type(await screen.findByLabelText(/^Name/), '!');
    await user.click(screen.getByRole('button', { name: 'Back to the list' }));
    const dialog = await screen.findByRole('dialog', { name: 'Save the changes to “GPT!”?' });
    await user.click(within(dialog).getByRole('button', { name: 'Keep editing' }));
    expect((screen.getByLabelText(/^Name/) as HTMLInputElement).value).toBe('GPT!');
    await user.click(screen.getByRole('button', { name: 'Back to the list' }));
    const again = await screen.findByRole('dialog');
    await user.click(within(again).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('form')).toBeNull());
    expect(await screen.findByText('GPT!')).toBeTruthy();
  });

  it('UI-6 warns when the page is closed over unsaved changes', async () => {
    const { user } = await open(twoModels(), 2);
    await user.type(await screen.findByLabelText(/^Name/), '!');
    const closing = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(closing);
    expect(closing.defaultPrevented).toBe(true);
  });

  it('PROV-8 shows four characters of the stored key and replaces it', async () => {
    const fake = twoModels();
    const { user } = await open(fake, 2);
    const key = (await screen.findByLabelText('API key')) as HTMLInputElement;
    expect(key.value).toBe('••••••••abcd');
    await user.click(screen.getByRole('button', { name: 'Replace' }));
    await user.type(screen.getByLabelText('API key'), 'sk-new-wxyz');
    expect((screen.getByLabelText('API key') as HTMLInputElement).type).toBe('password');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(fake.sent('PATCH', '/model-configs/2')).toEqual([{ api_key: 'sk-new-wxyz' }]));
    await waitFor(() =>
      expect((screen.getByLabelText('API key') as HTMLInputElement).value).toBe('••••••••wxyz')
    );
    expect(document.body.innerHTML).not.toContain('sk-new');
  });

  it('PROV-4 lists the models of a key that is not saved yet, which never stands in an address', async () => {
    const fake = new FakeModels();
    const { user } = await open(fake, 'new');
    await chooseProvider(user, 'openai');
    await user.type(screen.getByLabelText('API key'), 'sk-1');
    await waitFor(() =>
      expect(fake.sent('POST', '/providers/openai/models/live').at(-1)).toMatchObject({ api_key: 'sk-1' })
    );
    expect(fake.requests.some(request => request.path.includes('sk-1'))).toBe(false);
  });

  it('PROV-4 lets a model be typed when the provider cannot be asked', async () => {
    const fake = new FakeModels();
    fake.replies.set('GET /providers/ollama/models', () =>
      problem(502, { code: 'unreachable', detail: 'Ollama cannot be reached.', remedy: 'Start it.' })
    );
    const { user } = await open(fake, 'new');
    await chooseProvider(user, 'ollama');
    expect(await screen.findByText('Ollama cannot be reached.')).toBeTruthy();
    await user.type(screen.getByRole('combobox', { name: /^Model/ }), 'my-model');
    await user.click(screen.getByRole('button', { name: 'Use “my-model” as typed' }));
    expect((screen.getByLabelText(/^Name/) as HTMLInputElement).value).toBe('my-model');
  });

  it('PROV-4 adds a model by hand', async () => {
    const fake = new FakeModels();
    const { user } = await open(fake, 'new');
    await chooseProvider(user, 'ollama');
    await user.type(screen.getByRole('combobox', { name: /^Model/ }), 'own:1b');
    await user.click(screen.getByRole('button', { name: 'Add it to the list…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Add a model to Ollama' });
    await user.type(within(dialog).getByLabelText('Context length (tokens)'), '4096');
    await user.click(within(dialog).getByLabelText('tools'));
    await user.click(within(dialog).getByRole('button', { name: 'Add model' }));
    await waitFor(() =>
      expect(fake.sent('POST', '/providers/ollama/models')).toEqual([
        { id: 'own:1b', name: 'own:1b', capabilities: ['chat', 'tools'], context_length: 4096 }
      ])
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('PROV-6 shows versions with what changed and goes back to one', async () => {
    const fake = twoModels();
    const { user, toasts } = await open(fake, 2);
    await user.type(await screen.findByLabelText(/^Name/), '-new');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await user.click(await screen.findByRole('button', { name: 'Version 2' }));
    const change = (await screen.findByText('GPT-new', { selector: 'ins' })).closest('dd');
    expect(change?.querySelector('del')?.textContent).toBe('GPT');
    await user.click(screen.getByRole('button', { name: 'Go back to version 1' }));
    await waitFor(() => expect(toasts().at(-1)?.text).toBe('Version 1 is in use again'));
    expect(fake.configs[1].name).toBe('GPT');
  });

  it('PROV-6 says when a configuration is gone', async () => {
    const fake = twoModels();
    fake.replies.set('GET /model-configs/9', () =>
      problem(404, { code: 'not_found', detail: 'Not found', remedy: 'It may have been deleted.' })
    );
    const { user } = await open(fake, 9);
    expect(await screen.findByText('It may have been deleted.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Back to the list' }));
    expect(await screen.findByText('Choose a model to change it, or set up a new one.')).toBeTruthy();
  });

  it('UI-5 has no accessibility fault that a machine can find', async () => {
    const fake = twoModels();
    const { container } = await open(fake, 2);
    await screen.findByLabelText('API key');
    const rules = { region: { enabled: false }, 'color-contrast': { enabled: false } };
    const found = await axe.run(container, { rules });
    expect(found.violations.map(one => `${one.id}: ${one.nodes[0].html}`)).toEqual([]);
  });

  it('PROV-4 runs no script from a model list, a name or a reason', async () => {
    const evil = '<img src=x onerror="window.pwned=1">';
    const fake = new FakeModels();
    fake.add({ name: evil, model: evil });
    fake.models.ollama = [{ ...fake.models.ollama[0], id: evil, name: evil, parameter_size: evil }];
    fake.test = { ...fake.test, ok: false, problem: { code: 'x', message: evil, remedy: evil } };
    const { user } = await open(fake, 1);
    await user.click(await screen.findByRole('button', { name: 'Test' }));
    await screen.findAllByText(evil);
    expect(document.querySelector('img')).toBeNull();
    expect((window as any).pwned).toBeUndefined();
  });
});
