import * as React from 'react';
import { createRoot } from 'react-dom/client';

/** Draw the panel into a notebook cell; the returned function removes it. */
function render({ el }: { el: HTMLElement }): () => void {
  const root = createRoot(el);
  root.render(<div className="jp-LLMOps-widget" />);
  return () => root.unmount();
}

export default { render };
