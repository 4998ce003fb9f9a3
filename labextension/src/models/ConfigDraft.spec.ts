import { describe, expect, it } from 'vitest';
import { english } from '../i18n';
import { FakeModels, provider } from '../testing/FakeModels';
import {
  draftOf,
  draftProblems,
  emptyDraft,
  isDirty,
  parametersOf,
  payloadOf,
  withProvider,
  withTemplate
} from './ConfigDraft';

const ollama = provider('ollama', 'Ollama', 'local', 'http://localhost:11434');
const openai = provider('openai', 'OpenAI', 'cloud', 'https://api.openai.com/v1', true);

function complete() {
  return { ...emptyDraft(ollama), name: 'Llama', model: 'llama3.2:3b' };
}

describe('ConfigDraft', () => {
  it('PROV-5 fills in the endpoint of the chosen provider', () => {
    expect(emptyDraft(ollama).endpoint).toBe('http://localhost:11434');
    expect(withProvider(complete(), openai)).toMatchObject({
      endpoint: 'https://api.openai.com/v1',
      model: '',
      name: 'Llama'
    });
  });

  it('PROV-5 sends only the parameters that are set', () => {
    const draft = complete();
    draft.numbers = { ...draft.numbers, temperature: '0', seed: '7' };
    expect(payloadOf(draft, null).parameters).toEqual({ temperature: 0, seed: 7 });
  });

  it('PROV-5 survives the way through the form unchanged', () => {
    const stored = new FakeModels().add({
      parameters: { temperature: 0.3, stop: ['\n', 'END'], reasoning_effort: 'low', extra: { min_p: 0.05 } }
    });
    expect(parametersOf(draftOf(stored))).toEqual(stored.parameters);
    expect(payloadOf(draftOf(stored), stored)).toEqual({});
  });

  it('PROV-6 sends only what changed of a stored configuration', () => {
    const stored = new FakeModels().add({ name: 'Old', system_prompt: 'Be kind.' });
    expect(payloadOf({ ...draftOf(stored), name: 'New' }, stored)).toEqual({ name: 'New' });
  });

  it('PROV-8 keeps, replaces or removes the stored key', () => {
    const stored = new FakeModels().add({ api_key_hint: 'abcd' });
    const draft = draftOf(stored);
    expect(payloadOf(draft, stored)).not.toHaveProperty('api_key');
    expect(payloadOf({ ...draft, apiKey: 'sk-new' }, stored)).toEqual({ api_key: 'sk-new' });
    expect(payloadOf({ ...draft, apiKey: '' }, stored)).toEqual({ api_key: null });
  });

  it.each([
    ['temperature', '2.5', /between 0 and 2/],
    ['temperature', 'hot', /Type a number/],
    ['temperature', '', /Type a number/],
    ['top_p', '-0.1', /between 0 and 1/],
    ['max_tokens', '1.5', /whole number/],
    ['presence_penalty', '3', /between -2 and 2/]
  ] as const)('PROV-5 says what is wrong with %s = %j', (id, text, message) => {
    const draft = complete();
    draft.numbers = { ...draft.numbers, [id]: text };
    expect(draftProblems(draft, english)[`parameters.${id}`]).toMatch(message);
  });

  it.each(['[1]', '"text"', '{"a":', 'null', '3'])('PROV-5 refuses %s as extra parameters', text => {
    expect(draftProblems({ ...complete(), extra: text }, english)['parameters.extra']).toMatch(/JSON object/);
  });

  it('PROV-5 asks for provider, model and name', () => {
    expect(Object.keys(draftProblems(emptyDraft(), english)).sort()).toEqual([
      'model',
      'name',
      'provider_id'
    ]);
    expect(draftProblems(complete(), english)).toEqual({});
  });

  it('PROV-5 lays a template over the parameters and leaves the others', () => {
    const draft = complete();
    draft.numbers = { ...draft.numbers, temperature: '2', seed: '7' };
    const after = withTemplate(draft, { temperature: 0.2, top_p: 0.9 });
    expect(parametersOf(after)).toEqual({ temperature: 0.2, top_p: 0.9, seed: 7 });
  });

  it('PROV-5 knows an edit that was taken back for none', () => {
    const draft = complete();
    expect(isDirty({ ...draft, notes: 'x' }, draft)).toBe(true);
    expect(isDirty({ ...draft, notes: '' }, draft)).toBe(false);
  });
});
