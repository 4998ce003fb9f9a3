/** What a host of the panels can do beyond drawing them; every hook is optional and hides its button when absent. */
export interface ChatHost {
  /** Put code into the notebook cell or editor the reader was last in. */
  insertCode?: (code: string, language: string) => void;
  /** Go somewhere outside the conversation: a URL on the page, a tab in JupyterLab. */
  onNavigate?: (place: Place) => void;
  /** Offer a file to the reader; without it a link with `download` is clicked. */
  saveFile?: (blob: Blob, filename: string) => void;
  /** Libraries that are fetched when a message first needs them; without one the source is shown. */
  loaders?: RichLoaders;
}

export type Place = { view: 'chat'; sessionId: number | null } | { view: 'models' };

export interface RichLoaders {
  katex?: () => Promise<Katex>;
  mermaid?: () => Promise<Mermaid>;
  /** Another language for highlighting, by its highlight.js name; null when there is none. */
  language?: (name: string) => Promise<unknown | null>;
}

/** The part of KaTeX we call. */
export interface Katex {
  renderToString(tex: string, options: object): string;
}

/** The part of Mermaid we call. */
export interface Mermaid {
  initialize(options: object): void;
  render(id: string, source: string): Promise<{ svg: string }>;
}

/** `full` shows list and conversation side by side, `narrow` the list as a drop-down, `embedded` one conversation. */
export type ChatLayout = 'full' | 'narrow' | 'embedded';
