/** Finds the reader's words; JupyterLab's TranslationBundle has this shape. */
export interface Trans {
  /** Translate `msgid`; `%1`, `%2` … stand for the arguments. */
  __(msgid: string, ...args: unknown[]): string;
  /** Choose singular or plural by `n`; `%1` is `n`. */
  _n(msgid: string, plural: string, n: number, ...args: unknown[]): string;
}

/** The catalogue as JupyterLab reads it: `{"": header, "msgid": ["text", …]}`. */
export type Catalogue = Record<string, unknown>;

/** A Trans over a catalogue, for hosts without a translator of their own; `{}` gives English. */
export function bundleFrom(catalogue: Catalogue): Trans {
  const lookup = (msgid: string, index: number): string | null => {
    const texts = catalogue[msgid];
    const text = Array.isArray(texts) ? texts[Math.min(index, texts.length - 1)] : texts;
    return typeof text === 'string' && text ? text : null;
  };
  return {
    __: (msgid, ...args) => fill(lookup(msgid, 0) ?? msgid, args),
    _n: (msgid, plural, n, ...args) =>
      fill(lookup(msgid, n === 1 ? 0 : 1) ?? (n === 1 ? msgid : plural), [n, ...args])
  };
}

/** English as written in the source. */
export const english: Trans = bundleFrom({});

function fill(template: string, args: unknown[]): string {
  return template.replace(/%(\d+)/g, (hole, position) => {
    const value = args[Number(position) - 1];
    return value === undefined ? hole : String(value);
  });
}
