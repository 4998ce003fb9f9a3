import { Observable } from './Observable';

export interface Toast {
  id: number;
  kind: 'success' | 'info' | 'error';
  text: string;
  detail?: string;
  action?: { label: string; run: () => void };
}

export interface ToastState {
  toasts: readonly Toast[];
}

const SHORT = 6_000;
const WITH_ACTION = 10_000;

/** Short words about what happened; errors stay until they are dismissed. */
export class ToastStore extends Observable<ToastState> {
  private nextId = 1;
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();

  constructor() {
    super({ toasts: [] });
  }

  push(toast: Omit<Toast, 'id'>): number {
    const id = this.nextId++;
    this.patch({ toasts: [...this.state.toasts, { ...toast, id }] });
    this.resume(id);
    return id;
  }

  success(text: string, action?: Toast['action']): number {
    return this.push({ kind: 'success', text, action });
  }

  info(text: string, action?: Toast['action']): number {
    return this.push({ kind: 'info', text, action });
  }

  error(text: string, detail?: string): number {
    return this.push({ kind: 'error', text, detail });
  }

  dismiss(id: number): void {
    this.pause(id);
    this.patch({ toasts: this.state.toasts.filter(toast => toast.id !== id) });
  }

  /** Stop the clock of a toast while it is pointed at or focused. */
  pause(id: number): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  resume(id: number): void {
    const toast = this.state.toasts.find(one => one.id === id);
    if (!toast || toast.kind === 'error' || this.timers.has(id)) {
      return;
    }
    const life = toast.action ? WITH_ACTION : SHORT;
    this.timers.set(
      id,
      setTimeout(() => this.dismiss(id), life)
    );
  }

  dispose(): void {
    this.timers.forEach(timer => clearTimeout(timer));
    this.timers.clear();
  }
}
