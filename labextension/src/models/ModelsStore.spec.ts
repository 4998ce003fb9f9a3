import { describe, expect, it } from 'vitest';
import { LLMOpsClient } from '../api/client';
import { FakeModels, problem } from '../testing/FakeModels';
import { ModelsStore } from './ModelsStore';

async function loaded(fake: FakeModels): Promise<ModelsStore> {
  const store = new ModelsStore(new LLMOpsClient(fake.transport));
  await store.load();
  return store;
}

function names(store: ModelsStore): string[] {
  return store.getSnapshot().configs.map(config => config.name);
}

describe('ModelsStore', () => {
  it('PROV-6 searches, filters and sorts on the server', async () => {
    const fake = new FakeModels();
    fake.add({ name: 'Beta' });
    fake.add({ name: 'Alpha', provider_id: 'openai' });
    const store = await loaded(fake);
    await store.setQuery({ sort: 'name' });
    expect(names(store)).toEqual(['Alpha', 'Beta']);
    await store.setQuery({ q: ' bet ' });
    expect(names(store)).toEqual(['Beta']);
    await store.setQuery({ q: '', providerId: 'openai' });
    expect(names(store)).toEqual(['Alpha']);
  });

  it('PROV-6 loads page after page', async () => {
    const fake = new FakeModels();
    Array.from({ length: 120 }, () => fake.add());
    const store = await loaded(fake);
    expect(store.getSnapshot()).toMatchObject({ total: 120, next: '50' });
    await store.more();
    await store.more();
    expect(new Set(names(store)).size).toBe(120);
    expect(store.getSnapshot().next).toBeNull();
  });

  it('PROV-6 shows the answer to the newest search, whatever comes first', async () => {
    const fake = new FakeModels();
    fake.add({ name: 'Old' });
    fake.add({ name: 'New' });
    const held: (() => void)[] = [];
    const slow = new LLMOpsClient(async (path, init) => {
      if (path.includes('q=old')) {
        await new Promise<void>(resolve => held.push(resolve));
      }
      return fake.transport(path, init);
    });
    const store = new ModelsStore(slow);
    const first = store.setQuery({ q: 'old' });
    await store.setQuery({ q: 'new' });
    held.forEach(release => release());
    await first;
    expect(names(store)).toEqual(['New']);
  });

  it('PROV-6 deletes many at once and forgets their ticks', async () => {
    const fake = new FakeModels();
    [1, 2, 3].forEach(() => fake.add());
    const store = await loaded(fake);
    store.toggleSelected(1);
    store.toggleSelected(3);
    await store.remove([1, 3]);
    expect(fake.sent('POST', '/model-configs/delete')).toEqual([{ ids: [1, 3] }]);
    expect(store.getSnapshot()).toMatchObject({ total: 1, selected: new Set() });
  });

  it('PROV-6 knows what still uses a configuration', async () => {
    const fake = new FakeModels();
    fake.add();
    fake.used[1] = 4;
    expect(await (await loaded(fake)).usage([1])).toEqual(new Map([[1, 4]]));
  });

  it('PROV-6 has one default', async () => {
    const fake = new FakeModels();
    fake.add({ is_default: true });
    fake.add();
    const store = await loaded(fake);
    await store.setDefault(2);
    expect(store.getSnapshot().configs.map(config => config.is_default)).toEqual([false, true]);
  });

  it('UI-6 keeps the reason when the list cannot be loaded, and tries again', async () => {
    const fake = new FakeModels();
    fake.add();
    fake.replies.set('GET /model-configs', () => problem(503, { code: 'starting', detail: 'Starting' }));
    const store = await loaded(fake);
    expect(store.getSnapshot()).toMatchObject({ status: 'error', problem: { code: 'starting' } });
    fake.replies.clear();
    await store.load();
    expect(store.getSnapshot()).toMatchObject({ status: 'ready', total: 1 });
  });
});
