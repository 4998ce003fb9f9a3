import { describe, expect, it } from 'vitest';
import { LLMOpsClient } from '../api/client';
import { ModelConfig } from '../api/types';
import { english } from '../i18n';
import { FakeModels, problem } from '../testing/FakeModels';
import { ConfigFormStore } from './ConfigFormStore';
import { DraftShelf, memoryShelf, storageShelf } from './DraftShelf';

function open(fake: FakeModels, stored: ModelConfig | null = null, shelf: DraftShelf = memoryShelf()) {
  return new ConfigFormStore({
    client: new LLMOpsClient(fake.transport),
    shelf,
    stored,
    provider: fake.providers[1]
  });
}

describe('ConfigFormStore', () => {
  it('PROV-6 saves a new configuration and is clean afterwards', async () => {
    const fake = new FakeModels();
    const form = open(fake);
    form.chooseModel('qwen3:8b');
    const saved = await form.save(english);
    expect(saved).toMatchObject({ name: 'qwen3:8b', model: 'qwen3:8b', provider_id: 'ollama' });
    expect(form.getSnapshot()).toMatchObject({ dirty: false, stored: { id: saved?.id } });
  });

  it('PROV-5 names a configuration after its model until the user names it', () => {
    const form = open(new FakeModels());
    form.chooseModel('a');
    form.chooseModel('b');
    expect(form.getSnapshot().draft.name).toBe('b');
    form.edit({ name: 'Mine' });
    form.chooseModel('c');
    expect(form.getSnapshot().draft.name).toBe('Mine');
  });

  it('PROV-5 puts the reasons of the server at their fields and loses nothing typed', async () => {
    const fake = new FakeModels();
    const errors = [{ field: 'name', message: 'There is already one.' }];
    fake.replies.set('POST /model-configs', () => problem(422, { code: 'invalid', detail: 'No', errors }));
    const form = open(fake);
    form.edit({ name: 'Mine', model: 'm' });
    expect(await form.save(english)).toBeNull();
    expect(form.getSnapshot()).toMatchObject({
      problems: { name: 'There is already one.' },
      draft: { name: 'Mine' },
      dirty: true
    });
    form.edit({ name: 'Other' });
    expect(form.getSnapshot().problems).toEqual({});
  });

  it('PROV-5 does not ask the server about what is plainly wrong', async () => {
    const fake = new FakeModels();
    const form = open(fake);
    form.chooseModel('m');
    form.editNumber('temperature', '9');
    expect(await form.save(english)).toBeNull();
    expect(fake.sent('POST', '/model-configs')).toEqual([]);
    expect(form.getSnapshot().problems).toHaveProperty(['parameters.temperature']);
  });

  it('PROV-7 tests what is in the form before it is saved', async () => {
    const fake = new FakeModels();
    const form = open(fake);
    form.edit({ model: 'm', apiKey: 'sk-1' });
    form.editNumber('temperature', '0.5');
    await form.test();
    expect(fake.sent('POST', '/model-configs/test')).toEqual([
      {
        provider_id: 'ollama',
        endpoint: 'http://localhost:11434',
        model: 'm',
        api_key: 'sk-1',
        parameters: { temperature: 0.5 }
      }
    ]);
    expect(form.getSnapshot().result?.ok).toBe(true);
  });

  it('PROV-8 tests a stored configuration with its stored key, which never comes back', async () => {
    const fake = new FakeModels();
    const form = open(fake, fake.add({ api_key_hint: 'abcd' }));
    await form.test();
    form.edit({ model: 'other' });
    await form.test();
    const [stored, changed] = fake.sent('POST', '/model-configs/test');
    expect(stored).toEqual({ id: 1 });
    expect(changed).toMatchObject({ id: 1, model: 'other' });
    expect(changed).not.toHaveProperty('api_key');
  });

  it('PROV-7 forgets a test result that no longer holds', async () => {
    const form = open(new FakeModels());
    form.edit({ model: 'm' });
    await form.test();
    form.edit({ notes: 'still holds' });
    expect(form.getSnapshot().result).not.toBeNull();
    form.edit({ endpoint: 'http://elsewhere' });
    expect(form.getSnapshot().result).toBeNull();
  });

  it('PROV-7 drops the answer of a test that was stopped', async () => {
    const form = open(new FakeModels());
    form.edit({ model: 'm' });
    const running = form.test();
    form.stopTest();
    await running;
    expect(form.getSnapshot()).toMatchObject({ testing: false, result: null });
  });

  it('PROV-6 goes back to an earlier version', async () => {
    const fake = new FakeModels();
    const form = open(fake, fake.add({ name: 'First' }));
    form.edit({ name: 'Second' });
    await form.save(english);
    await form.rollback(1);
    expect(form.getSnapshot()).toMatchObject({
      stored: { name: 'First', version: 3 },
      draft: { name: 'First' }
    });
    expect(form.getSnapshot().versions?.map(one => one.version)).toEqual([3, 2, 1]);
  });

  it('PROV-5 keeps a half-filled form over a reload, PROV-8 but never a key', () => {
    const fake = new FakeModels();
    const form = open(fake, null, storageShelf(sessionStorage));
    form.edit({ name: 'Half', apiKey: 'sk-secret-canary' });
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('canary');
    const shelf = storageShelf(sessionStorage);
    const again = open(fake, null, shelf);
    expect(again.getSnapshot()).toMatchObject({
      restored: true,
      dirty: true,
      draft: { name: 'Half', apiKey: null }
    });
    again.edit({ apiKey: 'sk-again' });
    expect(open(fake, null, shelf).getSnapshot().draft.apiKey).toBe('sk-again');
    again.discard();
    expect(open(fake, null, storageShelf(sessionStorage)).getSnapshot().restored).toBe(false);
  });
});
