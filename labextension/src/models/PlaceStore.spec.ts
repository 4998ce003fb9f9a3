import { afterEach, describe, expect, it } from 'vitest';
import { pathOf, placeOf, PlaceStore } from './PlaceStore';

let store: PlaceStore | null = null;

afterEach(() => store?.dispose());

function at(path: string): PlaceStore {
  window.history.replaceState(null, '', path);
  store = new PlaceStore('/hub/llmops');
  return store;
}

describe('PlaceStore', () => {
  it.each(['/chats', '/chats/12', '/models', '/models/new', '/models/7', '/settings'])(
    'UI-2 reads and writes %s',
    path => {
      expect(pathOf(placeOf(path))).toBe(path);
    }
  );

  it.each(['', '/', '/nowhere', '/chats/x', '/chats/../../etc'])('UI-2 takes %j for the chats', path => {
    expect(placeOf(path)).toEqual({ view: 'chats', id: null });
  });

  it('UI-2 opens at the place of the URL', () => {
    expect(at('/hub/llmops/models/3').getSnapshot().place).toEqual({ view: 'models', id: 3 });
  });

  it('UI-2 goes back with the browser', async () => {
    const places = at('/hub/llmops/chats/1');
    places.go({ view: 'models', id: 'new' });
    expect(window.location.pathname).toBe('/hub/llmops/models/new');
    const arrived = new Promise(resolve => places.subscribe(() => resolve(null)));
    window.history.back();
    await arrived;
    expect(places.getSnapshot().place).toEqual({ view: 'chats', id: 1 });
  });

  it('UI-2 takes no second step to where it is', () => {
    const places = at('/hub/llmops/settings');
    const before = window.history.length;
    places.go({ view: 'settings' });
    expect(window.history.length).toBe(before);
  });
});
