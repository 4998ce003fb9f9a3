import { describe, expect, it } from 'vitest';
import { FakeModels, model } from '../testing/FakeModels';
import { changesBetween } from './configDiff';
import { configState, groupByProvider } from './configState';
import { hostOf } from './EndpointPolicyStore';
import { matchingModels, shortTokens } from './modelSearch';

const MODELS = [
  { ...model('qwen3:8b', ['chat', 'reasoning'], 40960, '8.2B', 'Q4_K_M'), available: false },
  model('llama3.2:3b', ['chat', 'tools'], 131072, '3.2B', 'Q4_K_M'),
  model('llava:7b', ['chat', 'vision'], null, '7B', null)
];

describe('models of a provider', () => {
  it('PROV-4 finds models by every word, in name, size and quantisation', () => {
    expect(matchingModels(MODELS, 'Q4_K 3.2b').map(one => one.id)).toEqual(['llama3.2:3b']);
    expect(matchingModels(MODELS, 'nothing')).toEqual([]);
  });

  it('PROV-4 keeps only models with the wanted capabilities', () => {
    expect(matchingModels(MODELS, '', new Set(['vision'])).map(one => one.id)).toEqual(['llava:7b']);
  });

  it('PROV-4 lists what is available first', () => {
    expect(matchingModels(MODELS, '').map(one => one.id)).toEqual(['llama3.2:3b', 'llava:7b', 'qwen3:8b']);
  });

  it.each([
    [512, '512'],
    [8192, '8.19k'],
    [131072, '131k'],
    [1048576, '1.05M']
  ])('PROV-4 shortens %i tokens to %s', (tokens, text) => {
    expect(shortTokens(tokens)).toBe(text);
  });
});

describe('configurations', () => {
  it('PROV-6 shows how a configuration stands', () => {
    const fake = new FakeModels();
    const openai = fake.providers[3];
    const tested = { at: '2026-11-22T10:00:00Z', latency_ms: 1, ttft_ms: 1, problem: null };
    expect(configState(fake.add(), fake.providers[1])).toBe('untested');
    expect(configState(fake.add({ provider_id: 'openai' }), openai)).toBe('no-key');
    expect(configState(fake.add({ provider_id: 'openai' }), { ...openai, has_org_key: true })).toBe(
      'untested'
    );
    expect(configState(fake.add({ last_test: { ...tested, ok: true } }))).toBe('ok');
    expect(configState(fake.add({ last_test: { ...tested, ok: false } }))).toBe('failed');
  });

  it('PROV-6 groups configurations by provider, also by one that is gone', () => {
    const fake = new FakeModels();
    fake.add();
    fake.add({ provider_id: 'gone' });
    fake.add();
    const groups = groupByProvider(fake.configs, fake.providers);
    expect(groups.map(group => [group.providerId, group.provider?.name, group.configs.length])).toEqual([
      ['ollama', 'Ollama', 2],
      ['gone', undefined, 1]
    ]);
  });

  it('PROV-6 lists field by field what a version changed', () => {
    const before = { name: 'A', model: 'm', parameters: { temperature: 0.2, stop: ['x'] } };
    const after = { name: 'B', model: 'm', parameters: { temperature: 0.7 } };
    expect(changesBetween(before, after)).toEqual([
      { field: 'name', before: 'A', after: 'B' },
      { field: 'parameters.temperature', before: '0.2', after: '0.7' },
      { field: 'parameters.stop', before: '["x"]', after: '' }
    ]);
  });

  it.each([
    ['http://gpu.lan:8000/v1', 'gpu.lan:8000'],
    ['https://api.openai.com/v1', 'api.openai.com'],
    ['gpu.lan:8000', 'gpu.lan:8000'],
    ['http://', '']
  ])('PROV-7 names the host of %s', (endpoint, host) => {
    expect(hostOf(endpoint)).toBe(host);
  });
});
