import * as React from 'react';
import { Trans } from '../../i18n';
import { Block, BlockSplitter } from './BlockSplitter';
import { CodeBlock } from './CodeBlock';
import { Diagram } from './Diagram';
import { RichText } from './RichText';
import { TextBlock } from './TextBlock';

export interface MarkdownProps {
  text: string;
  rich: RichText;
  trans: Trans;
  /** The text still grows: its last block is not final. */
  live?: boolean;
  /** Load pictures from other servers without asking. */
  remoteImages?: boolean;
  onInsert?: (code: string, language: string) => void;
}

/** Markdown that draws only its last block again while it grows. */
export function Markdown({ text, live = false, ...rest }: MarkdownProps): JSX.Element {
  const blocks = useBlocks(text, live);
  return (
    <div className="jp-LLMOps-markdown">
      {blocks.map((block, index) => (
        <OneBlock key={index} {...block} {...rest} />
      ))}
    </div>
  );
}

function useBlocks(text: string, live: boolean): Block[] {
  const splitting = React.useRef({ splitter: new BlockSplitter(), seen: '', finished: false });
  return React.useMemo(() => {
    const state = splitting.current;
    if (state.finished || !text.startsWith(state.seen)) {
      splitting.current = { splitter: new BlockSplitter(), seen: '', finished: false };
    }
    const now = splitting.current;
    const blocks = now.splitter.push(text.slice(now.seen.length));
    now.seen = text;
    now.finished = !live;
    return live ? blocks : now.splitter.finish();
  }, [text, live]);
}

type BlockProps = Block & Omit<MarkdownProps, 'text' | 'live'>;

const OneBlock = React.memo(function OneBlock(props: BlockProps): JSX.Element {
  const { kind, source, language, settled, rich, trans, remoteImages, onInsert } = props;
  if (kind === 'text') {
    return (
      <TextBlock source={source} rich={rich} trans={trans} remoteImages={remoteImages} onInsert={onInsert} />
    );
  }
  if (language === 'mermaid' && settled && rich.canDraw(source)) {
    return <Diagram source={source} rich={rich} trans={trans} />;
  }
  return (
    <CodeBlock
      code={source}
      language={language}

      rich={rich}
      trans={trans}
      onInsert={onInsert}
    />
  );
});
