import { HLJSApi, LanguageFn } from 'highlight.js';
import { Katex, Mermaid, RichLoaders } from '../host';
import { makeHighlighter } from './languages';
import { escapeHtml, toHtml } from './marked';
import { Sanitizer } from './sanitize';

/** Longer code is shown plain: highlighting it would hold up a frame. */
const LONGEST_HIGHLIGHT = 40_000;
/**
 * Anything in a diagram that could make the browser ask another server while it is drawn: addresses,
 * the keys that take one, settings, and the escapes of YAML, JSON and CSS that could hide either.
 */
const REMOTE_IN_DIAGRAM = new RegExp(
  [
    String.raw`url\s*\(|image-set|@import|\/\/|\/\\`,
    String.raw`\b(href|img|icon)\b["']?\s*:|@\{[^]*\b(href|img|icon)\b`,
    String.raw`\\[\da-fux/\\\r\n]`,
    String.raw`%%\{|^\s*---\s*$|^---`
  ].join('|'),
  'im'
);

/** Everything that turns model text into nodes, with the heavy libraries fetched when first needed. */
export class RichText {
  readonly sanitizer = new Sanitizer();
  private readonly highlighter: HLJSApi = makeHighlighter();
  private katex: Katex | null = null;
  private katexLoading: Promise<Katex> | null = null;
  private mermaidLoading: Promise<Mermaid> | null = null;
  private readonly languagesTried = new Set<string>();
  private diagrams = 0;

  constructor(private readonly loaders: RichLoaders = {}) {}

  /** Nodes of one Markdown block. */
  fragment(source: string): DocumentFragment {
    return this.sanitizer.fragment(toHtml(source));
  }

  /** Highlighted code as HTML that holds nothing but spans and escaped text. */
  highlight(code: string, language: string): string {
    if (code.length > LONGEST_HIGHLIGHT || !this.highlighter.getLanguage(language)) {
      return escapeHtml(code);
    }
    return this.highlighter.highlight(code, { language, ignoreIllegals: true }).value;
  }

  /** Fetch a language that is not built in; true when highlighting can now do better. */
  async loadLanguage(language: string): Promise<boolean> {
    if (!language || !this.loaders.language || this.highlighter.getLanguage(language)) {
      return false;
    }
    if (this.languagesTried.has(language)) {
      return false;
    }
    this.languagesTried.add(language);
    const definition = await this.loaders.language(language).catch(() => null);
    if (definition) {
      this.highlighter.registerLanguage(language, definition as LanguageFn);
    }
    return !!definition;
  }

  get canTypeset(): boolean {
    return !!this.loaders.katex;
  }

  /** KaTeX if it is here already: then a formula need not flicker. */
  get katexNow(): Katex | null {
    return this.katex;
  }

  async loadKatex(): Promise<Katex | null> {
    if (!this.loaders.katex) {
      return null;
    }
    this.katexLoading ??= this.loaders.katex();
    try {
      this.katex = await this.katexLoading;
    } catch {
      // offline or blocked: the source stays readable, and the next formula tries again
      this.katexLoading = null;
    }
    return this.katex;
  }

  /** MathML of a formula. */
  formula(katex: Katex, tex: string, displayMode: boolean): string {
    const html = katex.renderToString(tex, {
      displayMode,
      output: 'mathml',
      throwOnError: false,
      trust: false,
      maxExpand: 300,
      maxSize: 40
    });
    return this.sanitizer.mathml(html);
  }

  canDraw(source: string): boolean {
    return !!this.loaders.mermaid && !REMOTE_IN_DIAGRAM.test(source);
  }

  /** A diagram as the address of an image, where nothing can run; throws what Mermaid says is wrong. */
  async diagram(source: string, dark: boolean): Promise<string> {
    if (!this.loaders.mermaid) {
      throw new Error('no Mermaid here');
    }
    this.mermaidLoading ??= this.loaders.mermaid();
    const mermaid = await this.mermaidLoading.catch(reason => {
      this.mermaidLoading = null;
      throw reason;
    });
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: 'strict',
      suppressErrorRendering: true,
      theme: dark ? 'dark' : 'default',
      htmlLabels: false,
      flowchart: { htmlLabels: false }
    });
    const { svg } = await mermaid.render(`jp-LLMOps-diagram-${++this.diagrams}`, source);
    return 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(withSize(this.sanitizer.svg(svg)));
  }
}

/** Give a drawing its natural size: as an image, Mermaid's `width="100%"` would fill the column. */
function withSize(svg: string): string {
  const box = /viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"/.exec(svg);
  return box ? svg.replace('width="100%"', `width="${box[1]}" height="${box[2]}"`) : svg;
}
