import { Marked, Token, TokenizerAndRendererExtension, Tokens } from 'marked';

interface MathToken extends Tokens.Generic {
  tex: string;
}

/** Formulas are kept as escaped source; KaTeX takes them from there once it is loaded. */
function math(
  name: string,
  level: 'block' | 'inline',
  opening: RegExp,
  whole: RegExp
): TokenizerAndRendererExtension {
  return {
    name,
    level,
    start: source => {
      const at = source.search(opening);
      return at < 0 ? undefined : at;
    },
    tokenizer: source => {
      const match = whole.exec(source);
      return match ? { type: name, raw: match[0], tex: match[1].trim() } : undefined;
    },
    renderer: token => {
      const tex = escapeHtml((token as MathToken).tex);
      return level === 'block'
        ? `<p class="jp-LLMOps-math jp-LLMOps-math-mod-block">${tex}</p>`
        : `<span class="jp-LLMOps-math">${tex}</span>`;
    }
  };
}

const engine = new Marked({
  gfm: true,
  extensions: [
    // a block starts a line; a looser start makes marked clip paragraphs
    math('mathBlock', 'block', /(?<=^|\n)\$\$/, /^\$\$([\s\S]+?)\$\$(?:\n|$)/),
    math('mathBracket', 'block', /(?<=^|\n)\\\[/, /^\\\[([\s\S]+?)\\\](?:\n|$)/),
    math('mathDisplay', 'inline', /\$\$/, /^\$\$([^$\n]+?)\$\$/),
    math('mathInline', 'inline', /\$/, /^\$([^\s$](?:[^$\n]*[^\s$])?)\$(?!\d)/),
    math('mathParen', 'inline', /\\\(/, /^\\\(([^\n]+?)\\\)/)
  ]
});

export function lexer(source: string): Token[] {
  return engine.lexer(source);
}

/** HTML of a piece of Markdown; not sanitised yet. */
export function toHtml(source: string): string {
  return engine.parse(source, { async: false });
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, mark => ESCAPES[mark]);
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
