import createPurifier, { Config, DOMPurify } from 'dompurify';

const TAGS = (
  'a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p ' +
  'pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var wbr'
).split(' ');
const ATTRIBUTES =
  'align alt checked class colspan data-llmops-src disabled height href open reversed rowspan start title type width'.split(
    ' '
  );
const CONFIG: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ATTRIBUTES,
  // never loaded as it is: `settleImages` decides what becomes of it
  ADD_URI_SAFE_ATTR: ['data-llmops-src'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true
};

const SAFE_LINK = /^(https?:|mailto:)/i;
const OWN_CLASS = /^(language-[\w+#.-]+|jp-LLMOps-math(-mod-block)?)$/;

/** Makes model text harmless: an allow-list of tags, no id, no style, no request to anywhere. */
export class Sanitizer {
  private readonly purifier: DOMPurify;
  /** Without the hooks for message text: drawings and formulas keep their own classes. */
  private readonly plain: DOMPurify;

  constructor(view: Window & typeof globalThis = window) {
    this.purifier = createPurifier(view);
    this.plain = createPurifier(view);
    this.purifier.addHook('uponSanitizeElement', node => holdImage(node as Element));
    this.purifier.addHook('uponSanitizeAttribute', (_node, data) => {
      if (data.attrName === 'class') {
        data.attrValue = data.attrValue
          .split(/\s+/)
          .filter(name => OWN_CLASS.test(name))
          .join(' ');
        data.keepAttr = data.attrValue !== '';
      }
    });
    this.purifier.addHook('afterSanitizeAttributes', node => secure(node as Element));
  }

  /** Nodes for the page; an image carries its address in `data-llmops-src` and loads nothing. */
  fragment(html: string): DocumentFragment {
    return this.purifier.sanitize(html, CONFIG);
  }

  /** MathML as KaTeX writes it. */
  mathml(html: string): string {
    return this.plain.sanitize(html, {
      USE_PROFILES: { mathMl: true, html: true },
      ADD_TAGS: ['semantics', 'annotation'],
      FORBID_TAGS: ['img', 'style', 'a'],
      FORBID_ATTR: ['href', 'src', 'id']
    });
  }

  /** A drawing to be used as an image: no script, no link, no foreign content. */
  svg(source: string): string {
    return this.plain.sanitize(source, {
      USE_PROFILES: { svg: true, svgFilters: true },
      FORBID_TAGS: ['image', 'feImage', 'a', 'foreignObject', 'use', 'script'],
      FORBID_ATTR: ['href', 'xlink:href']
    });
  }
}

/** Move the address away before the element is adopted: an `<img>` starts loading as soon as it has one. */
function holdImage(node: Element): void {
  if (node.nodeName === 'IMG') {
    const source = node.getAttribute('src') ?? '';
    node.removeAttribute('src');
    node.removeAttribute('srcset');
    node.setAttribute('data-llmops-src', source);
  } else if (node.nodeType === Node.ELEMENT_NODE) {
    node.removeAttribute?.('data-llmops-src');
  }
}

function secure(node: Element): void {
  if (node.nodeName === 'A') {
    const href = node.getAttribute('href') ?? '';
    if (SAFE_LINK.test(href.trim())) {
      node.setAttribute('target', '_blank');
      node.setAttribute('rel', 'noopener noreferrer nofollow');
    } else {
      node.removeAttribute('href');
    }
  } else if (node.nodeName === 'INPUT') {
    // only the tick of a task list
    if (node.getAttribute('type') !== 'checkbox') {
      node.remove();
    }
    node.setAttribute('disabled', '');
  }
}
