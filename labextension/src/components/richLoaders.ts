import { Katex, Mermaid, RichLoaders } from './host';

/** The loaders of hosts that can fetch a second file; each library is a chunk of its own. */
export const richLoaders: RichLoaders = {
  katex: () => import('katex').then(module => module.default as unknown as Katex),
  mermaid: () => import('mermaid').then(module => module.default as unknown as Mermaid)
};
