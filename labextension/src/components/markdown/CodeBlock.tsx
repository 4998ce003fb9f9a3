import * as React from 'react';
import { Trans } from '../../i18n';
import { Icon } from '../Icon';
import { escapeHtml } from './marked';
import { RichText } from './RichText';
import { useCopy } from './useCopy';

interface CodeBlockProps {
  code: string;
  language: string;
  rich: RichText;
  trans: Trans;
  /** Still being written. */
  live?: boolean;
  onInsert?: (code: string, language: string) => void;
}

/** While it grows, code longer than this stays plain; the colours come when it is complete. */
const LONGEST_LIVE = 6_000;

/** A block of code with its language, a copy button and, where the host has a place for it, an insert button. */
export function CodeBlock({ code, language, rich, trans, live, onInsert }: CodeBlockProps): JSX.Element {
  const [languages, setLanguages] = React.useState(0);
  React.useEffect(() => {
    let wanted = true;
    void rich.loadLanguage(language).then(better => wanted && better && setLanguages(count => count + 1));
    return () => {
      wanted = false;
    };
  }, [rich, language]);
  const html = React.useMemo(
    () => (live && code.length > LONGEST_LIVE ? escapeHtml(code) : rich.highlight(code, language)),
    // a language that arrived later changes the result
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [code, language, live, rich, languages]
  );
  return (
    <figure className="jp-LLMOps-code">
      <CodeHeader code={code} language={language} trans={trans} onInsert={onInsert} />
      <pre tabIndex={0}>
        <code className="hljs" dangerouslySetInnerHTML={{ __html: html }} />
      </pre>
    </figure>
  );
}

type HeaderProps = Pick<CodeBlockProps, 'code' | 'language' | 'trans' | 'onInsert'>;

function CodeHeader({ code, language, trans, onInsert }: HeaderProps): JSX.Element {
  const [copied, copy] = useCopy();
  return (
    <figcaption className="jp-LLMOps-code-header">
      <span>{language || trans.__('text')}</span>
      <span className="jp-LLMOps-grow" />
      <button type="button" className="jp-LLMOps-code-act" onClick={() => copy(code)}>
        <Icon name={copied ? 'check' : 'copy'} />
        {copied ? trans.__('Copied') : trans.__('Copy')}
      </button>
      {onInsert && (
        <button type="button" className="jp-LLMOps-code-act" onClick={() => onInsert(code, language)}>
          <Icon name="insert" />
          {trans.__('Insert')}
        </button>
      )}
    </figcaption>
  );
}
