import * as React from 'react';

interface Store<State> {
  subscribe: (listener: () => void) => () => void;
  getSnapshot: () => State;
}

/** Draw again whenever the store's state changes. */
export function useStore<State>(store: Store<State>): State {
  return React.useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
}
