/* What jsdom lacks and JupyterLab's packages or our components read. */
import { afterEach } from 'vitest';
import { cleanup } from '@testing-library/react';

class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

const scope = globalThis as any;
scope.DragEvent ??= class extends Event {};
scope.ResizeObserver ??= NoObserver;
scope.IntersectionObserver ??= NoObserver;
scope.Path2D ??= class {};
scope.requestIdleCallback ??= (callback: () => void) => setTimeout(callback, 0);
scope.cancelIdleCallback ??= clearTimeout;
window.matchMedia ??= (() => ({
  matches: false,
  addEventListener() {},
  removeEventListener() {},
  addListener() {},
  removeListener() {}
})) as any;
Element.prototype.scrollIntoView ??= function () {};
Element.prototype.scrollTo ??= function () {} as any;
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false;
};
URL.createObjectURL ??= () => 'blob:test';
URL.revokeObjectURL ??= () => undefined;

afterEach(() => {
  cleanup();
  localStorage.clear();
});
