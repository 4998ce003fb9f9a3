import * as React from 'react';
import { Trans } from '../../i18n';
import { RichText } from './RichText';

interface TextBlockProps {
  source: string;
  rich: RichText;
  trans: Trans;
  remoteImages?: boolean;
  onInsert?: (code: string, language: string) => void;
}

const SAFE_IMAGE = /^data:image\/(png|jpeg|gif|webp);base64,/i;
const REMOTE_IMAGE = /^https?:\/\//i;

/** A paragraph, list, table …: sanitised nodes, completed with what sanitising cannot do. */
export function TextBlock({
  source,
  rich,
  trans,
  remoteImages = false,
  onInsert
}: TextBlockProps): JSX.Element {
  const ref = React.useRef<HTMLDivElement>(null);
  React.useLayoutEffect(() => {
    const element = ref.current;
    if (!element) {
      return;
    }
    const fragment = rich.fragment(source);
    settleImages(fragment, trans, remoteImages);
    settleCode(fragment, rich, trans, onInsert);
    wrapTables(fragment, trans);
    typeset(fragment, rich);
    element.replaceChildren(fragment);
    return typesetLater(element, rich);
  }, [source, rich, trans, remoteImages, onInsert]);
  return <div ref={ref} className="jp-LLMOps-block" />;
}

/** Pictures inside the message show; a picture elsewhere becomes a button that asks first. */
function settleImages(root: ParentNode, trans: Trans, remoteImages: boolean): void {
  for (const image of root.querySelectorAll('img')) {
    const source = image.getAttribute('data-llmops-src') ?? '';
    image.removeAttribute('data-llmops-src');
    if (SAFE_IMAGE.test(source) || (REMOTE_IMAGE.test(source) && remoteImages)) {
      show(image, source);
    } else {
      image.replaceWith(REMOTE_IMAGE.test(source) ? consentButton(image, source, trans) : image.alt);
    }
  }
}

function show(image: HTMLImageElement, source: string): void {
  image.referrerPolicy = 'no-referrer';
  image.loading = 'lazy';
  image.src = source;
}

function consentButton(image: HTMLImageElement, source: string, trans: Trans): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'jp-LLMOps-remoteImage';
  const name = image.alt ? `${image.alt} · ` : '';
  button.textContent = name + trans.__('Load picture from %1', hostOf(source));
  button.title = source;
  button.addEventListener('click', event => {
    event.preventDefault();
    button.replaceWith(image);
    show(image, source);
  });
  return button;
}

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}

/** Code inside lists and quotes gets its colours and a copy button too. */
function settleCode(
  root: ParentNode,
  rich: RichText,
  trans: Trans,
  onInsert: TextBlockProps['onInsert']
): void {
  for (const code of root.querySelectorAll<HTMLElement>('pre > code')) {
    const language = /language-([\w+#.-]+)/.exec(code.className)?.[1] ?? '';
    const text = code.textContent ?? '';
    code.className = 'hljs';
    // the highlighter escapes all text it is given
    code.innerHTML = rich.highlight(text, language);
    const bar = document.createElement('span');
    bar.className = 'jp-LLMOps-code-bar';
    bar.append(actButton(trans.__('Copy'), () => void navigator.clipboard?.writeText(text)));
    if (onInsert) {
      bar.append(actButton(trans.__('Insert'), () => onInsert(text, language)));
    }
    code.parentElement?.before(bar);
  }
}

function actButton(label: string, act: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'jp-LLMOps-code-act';
  button.textContent = label;
  button.addEventListener('click', act);
  return button;
}

/** A wide table scrolls in a box of its own, reachable by keyboard. */
function wrapTables(root: ParentNode, trans: Trans): void {
  for (const table of root.querySelectorAll('table')) {
    const box = document.createElement('div');
    box.className = 'jp-LLMOps-table';
    box.tabIndex = 0;
    box.setAttribute('role', 'region');
    box.setAttribute('aria-label', trans.__('Table'));
    table.replaceWith(box);
    box.append(table);
  }
}

/** Formulas, when KaTeX is here already. */
function typeset(root: ParentNode, rich: RichText): void {
  const katex = rich.katexNow;
  if (!katex) {
    return;
  }
  for (const node of root.querySelectorAll<HTMLElement>('.jp-LLMOps-math:not([data-done])')) {
    const tex = node.textContent ?? '';
    node.dataset.done = 'true';
    node.innerHTML = rich.formula(katex, tex, node.classList.contains('jp-LLMOps-math-mod-block'));
  }
}

/** Fetch KaTeX when this block has a formula that waits for it; returns what gives the wait up. */
function typesetLater(element: HTMLElement, rich: RichText): () => void {
  let wanted = true;
  if (rich.canTypeset && element.querySelector('.jp-LLMOps-math:not([data-done])')) {
    void rich.loadKatex().then(() => wanted && typeset(element, rich));
  }
  return () => {
    wanted = false;
  };
}
