import { Download, LLMOpsClient } from '../api/client';
import { ApiError, asApiError } from '../api/errors';
import { ExportFormat, ImportResult, SearchHit, Session, SessionChange, SessionQuery } from '../api/types';
import { Observable } from './Observable';

export type Shelf = 'active' | 'archived' | 'trash';

export interface SessionsState {
  status: 'idle' | 'loading' | 'ready' | 'error';
  problem: ApiError | null;
  items: readonly Session[];
  total: number;
  next: string | null;
  loadingMore: boolean;
  shelf: Shelf;
  q: string;
  modelConfigId: number | null;
  /** Messages that hold the words of `q`; null while nothing is searched. */
  hits: readonly SearchHit[] | null;
  hitsTotal: number;
  searching: boolean;
  /** Ids ticked in "select many"; null while that mode is off. */
  selected: ReadonlySet<number> | null;
  actionProblem: ApiError | null;
}

const PAGE = 50;
const SHORTEST_SEARCH = 2;

export interface SessionsOptions {
  /** A session changed here; the open conversation wants to know. */
  onChange?: (session: Session) => void;
  /** Sessions left the list. */
  onRemoved?: (ids: number[]) => void;
}

/** My sessions as the list shows them; changes show at once and go back when the server refuses. */
export class ChatSessionsStore extends Observable<SessionsState> {
  private listing: AbortController | null = null;

  constructor(
    private readonly client: LLMOpsClient,
    private readonly options: SessionsOptions = {}
  ) {
    super({
      status: 'idle',
      problem: null,
      items: [],
      total: 0,
      next: null,
      loadingMore: false,
      shelf: 'active',
      q: '',
      modelConfigId: null,
      hits: null,
      hitsTotal: 0,
      searching: false,
      selected: null,
      actionProblem: null
    });
  }

  // ---- listing

  /** Load the first page, and search the messages when there are words; the newest call wins. */
  async load(): Promise<void> {
    this.listing?.abort();
    const listing = (this.listing = new AbortController());
    this.patch({ status: this.state.items.length ? this.state.status : 'loading', problem: null });
    await Promise.all([this.loadFirst(listing.signal), this.loadHits(listing.signal)]);
  }

  /** Append the next page, if there is one. */
  async more(): Promise<void> {
    const { next, loadingMore } = this.state;
    const signal = this.listing?.signal;
    if (!next || loadingMore || !signal) {
      return;
    }
    this.patch({ loadingMore: true });
    try {
      const page = await this.client.sessions.list({ ...this.query(), cursor: next }, signal);
      const known = new Set(this.state.items.map(session => session.id));
      const fresh = page.items.filter(session => !known.has(session.id));
      this.patch({ items: [...this.state.items, ...fresh], next: page.next, total: page.total });
    } catch (reason) {
      this.failUnlessStale(reason, signal);
    } finally {
      this.patch({ loadingMore: false });
    }
  }

  async search(q: string): Promise<void> {
    this.patch({ q });
    await this.load();
  }

  async filter(modelConfigId: number | null): Promise<void> {
    this.patch({ modelConfigId });
    await this.load();
  }

  async show(shelf: Shelf): Promise<void> {
    this.patch({ shelf, items: [], total: 0, next: null, selected: null, status: 'loading' });
    await this.load();
  }

  find(id: number): Session | null {
    return this.state.items.find(session => session.id === id) ?? null;
  }

  /** Take in what another place knows of a session: made, answered, renamed. */
  merge(session: Session): void {
    const present = this.find(session.id);
    if (present === session) {
      return;
    }
    if (present) {
      this.patch({ items: inOrder(this.state.items.map(one => (one.id === session.id ? session : one))) });
    } else if (this.state.status === 'ready' && this.belongsHere(session)) {
      this.patch({ items: inOrder([session, ...this.state.items]), total: this.state.total + 1 });
    }
  }

  // ---- changing one

  rename(id: number, title: string): Promise<boolean> {
    return this.change(id, { title });
  }

  pin(id: number, pinned: boolean): Promise<boolean> {
    return this.change(id, { pinned });
  }

  /** Move to or out of the archive; true when it worked. */
  async archive(id: number, archived: boolean): Promise<boolean> {
    return this.take([id], async () => {
      await this.client.sessions.change(id, { archived });
    });
  }

  /** Move to the trash; true when it worked. */
  async remove(id: number): Promise<boolean> {
    return this.take([id], () => this.client.sessions.remove(id));
  }

  async removeMany(ids: number[]): Promise<boolean> {
    return this.take(ids, () => this.client.sessions.removeMany(ids));
  }

  /** Bring back from the trash. */
  async restore(ids: number[]): Promise<boolean> {
    const worked = await this.attempt(async () => {
      await Promise.all(ids.map(id => this.client.sessions.restore(id)));
    });
    await this.load();
    return worked;
  }

  // ---- many

  /** Turn "select many" on or off. */
  selectMany(on: boolean): void {
    this.patch({ selected: on ? new Set() : null });
  }

  toggle(id: number): void {
    const selected = new Set(this.state.selected ?? []);
    if (!selected.delete(id)) {
      selected.add(id);
    }
    this.patch({ selected });
  }

  selectAll(): void {
    this.patch({ selected: new Set(this.state.items.map(session => session.id)) });
  }

  // ---- files

  async export(ids: number[], format: ExportFormat): Promise<Download | null> {
    try {
      const { sessions } = this.client;
      return ids.length === 1
        ? await sessions.export(ids[0], format)
        : await sessions.exportMany(ids, format);
    } catch (reason) {
      this.patch({ actionProblem: asApiError(reason) });
      return null;
    }
  }

  async import(file: Blob): Promise<ImportResult | null> {
    try {
      const result = await this.client.sessions.import(file);
      await this.load();
      return result;
    } catch (reason) {
      this.patch({ actionProblem: asApiError(reason) });
      return null;
    }
  }

  dismissProblem(): void {
    this.patch({ actionProblem: null });
  }

  dispose(): void {
    this.listing?.abort();
  }

  // ---- in detail

  private query(): SessionQuery {
    const { q, modelConfigId, shelf } = this.state;
    return {
      q: q.trim() || undefined,
      model_config_id: modelConfigId ?? undefined,
      archived: shelf === 'archived' || undefined,
      trash: shelf === 'trash' || undefined,
      limit: PAGE
    };
  }

  private async loadFirst(signal: AbortSignal): Promise<void> {
    try {
      const page = await this.client.sessions.list(this.query(), signal);
      if (!signal.aborted) {
        this.patch({ status: 'ready', items: page.items, next: page.next, total: page.total });
      }
    } catch (reason) {
      this.failUnlessStale(reason, signal);
    }
  }

  private async loadHits(signal: AbortSignal): Promise<void> {
    const q = this.state.q.trim();
    if (q.length < SHORTEST_SEARCH || this.state.shelf === 'trash') {
      this.patch({ hits: null, hitsTotal: 0, searching: false });
      return;
    }
    this.patch({ searching: true });
    try {
      const page = await this.client.sessions.search(q, signal);
      if (!signal.aborted) {
        this.patch({ hits: page.items, hitsTotal: page.total, searching: false });
      }
    } catch (reason) {
      if (!signal.aborted) {
        this.patch({ hits: [], hitsTotal: 0, searching: false, actionProblem: asApiError(reason) });
      }
    }
  }

  private failUnlessStale(reason: unknown, signal: AbortSignal): void {
    if (!signal.aborted) {
      this.patch({ status: this.state.items.length ? 'ready' : 'error', problem: asApiError(reason) });
    }
  }

  private belongsHere(session: Session): boolean {
    const { shelf, q, modelConfigId } = this.state;
    const here: Shelf = session.deleted_at ? 'trash' : session.archived ? 'archived' : 'active';
    return (
      here === shelf &&
      (!q.trim() || session.title.toLowerCase().includes(q.trim().toLowerCase())) &&
      (modelConfigId === null || session.model_config_id === modelConfigId)
    );
  }

  private async change(id: number, changes: SessionChange): Promise<boolean> {
    const before = this.find(id);
    if (!before) {
      return false;
    }
    this.settle({ ...before, ...changes } as Session);
    try {
      this.settle(await this.client.sessions.change(id, changes));
      return true;
    } catch (reason) {
      this.settle(before);
      this.patch({ actionProblem: asApiError(reason) });
      return false;
    }
  }

  private settle(session: Session): void {
    this.merge(session);
    this.options.onChange?.(session);
  }

  /** Take sessions off the list at once; put them back when `work` fails. */
  private async take(ids: number[], work: () => Promise<void>): Promise<boolean> {
    const gone = new Set(ids);
    const { items, total } = this.state;
    const left = items.filter(session => !gone.has(session.id));
    this.patch({
      items: left,
      total: total - (items.length - left.length),
      selected: this.state.selected && new Set()
    });
    const worked = await this.attempt(work);
    if (worked) {
      this.options.onRemoved?.(ids);
    } else {
      this.patch({
        items: inOrder([...this.state.items, ...items.filter(session => gone.has(session.id))]),
        total
      });
    }
    return worked;
  }

  private async attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (reason) {
      this.patch({ actionProblem: asApiError(reason) });
      return false;
    }
  }
}

/** Pinned first, then the newest change first: the server's order. */
function inOrder(sessions: readonly Session[]): Session[] {
  return [...sessions].sort(
    (a, b) => Number(b.pinned) - Number(a.pinned) || b.updated_at.localeCompare(a.updated_at) || b.id - a.id
  );
}
