import * as React from 'react';
import { Trans } from '../../i18n';
import { Icon } from '../Icon';
import { RichText } from './RichText';
import { useCopy } from './useCopy';

interface CodeBlockProps {
  code: string;
  language: string;
  rich: RichText;
  trans: Trans;
  onInsert?: (code: string, language: string) => void;
}

/** Code longer than this is coloured in pieces, each on its own; shorter code as a whole, which knows more. */
const LONGEST_WHOLE = 6_000;
const LINES_A_PIECE = 40;

/** A block of code with its language, a copy button and, where the host has a place for it, an insert button. */
export function CodeBlock({ code, language, rich, trans, onInsert }: CodeBlockProps): JSX.Element {
  const [languages, setLanguages] = React.useState(0);
  React.useEffect(() => {
    let wanted = true;
    void rich.loadLanguage(language).then(better => wanted && better && setLanguages(count => count + 1));
    return () => {
      wanted = false;
    };
  }, [rich, language]);
  const pieces = React.useMemo(() => (code.length > LONGEST_WHOLE ? inPieces(code) : [code]), [code]);
  return (
    <figure className="jp-LLMOps-code">
      <CodeHeader code={code} language={language} trans={trans} onInsert={onInsert} />
      <pre tabIndex={0}>
        <code className="hljs">
          {pieces.map((piece, index) => (
            <Piece key={index} code={piece} language={language} rich={rich} languages={languages} />
          ))}
        </code>
      </pre>
    </figure>
  );
}

interface PieceProps extends Pick<CodeBlockProps, 'code' | 'language' | 'rich'> {
  /** How many languages have arrived since: each may colour this better. */
  languages: number;
}

/** Some lines of code; memoised, so that only the last ones are drawn again while code comes in. */
const Piece = React.memo(function Piece({ code, language, rich, languages }: PieceProps): JSX.Element {
  // the highlighter escapes all text it is given
  const html = React.useMemo(
    () => rich.highlight(code, language),
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [code, language, rich, languages]
  );
  return <span className="jp-LLMOps-code-piece" dangerouslySetInnerHTML={{ __html: html }} />;
});

/** The same code as runs of so many lines. */
function inPieces(code: string): string[] {
  const lines = code.split('\n');
  const pieces: string[] = [];
  for (let from = 0; from < lines.length; from += LINES_A_PIECE) {
    const end = from + LINES_A_PIECE < lines.length ? '\n' : '';
    pieces.push(lines.slice(from, from + LINES_A_PIECE).join('\n') + end);
  }
  return pieces;
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
