/** A value that tells its followers when it changes; what `useSyncExternalStore` reads. */
export class Observable<State extends object> {
  protected state: State;
  private readonly followers = new Set<() => void>();

  constructor(initial: State) {
    this.state = initial;
  }

  readonly subscribe = (follower: () => void): (() => void) => {
    this.followers.add(follower);
    return () => void this.followers.delete(follower);
  };

  readonly getSnapshot = (): State => this.state;

  protected set(state: State): void {
    this.state = state;
    this.followers.forEach(follower => follower());
  }

  protected patch(change: Partial<State>): void {
    this.set({ ...this.state, ...change });
  }
}
