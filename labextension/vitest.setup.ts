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

// Node 24's Response.blob() makes jsdom's Blob, which cannot be read in the modern way
Blob.prototype.arrayBuffer ??= function (this: Blob): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.readAsArrayBuffer(this);
  });
};
