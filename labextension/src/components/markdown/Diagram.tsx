import * as React from 'react';
import { Trans } from '../../i18n';
import { CodeBlock } from './CodeBlock';
import { RichText } from './RichText';

interface DiagramProps {
  source: string;
  rich: RichText;
  trans: Trans;
}

/** A Mermaid diagram, drawn as an image so that nothing in it can run; its source is a click away. */
export function Diagram({ source, rich, trans }: DiagramProps): JSX.Element {
  const [image, setImage] = React.useState('');
  const [problem, setProblem] = React.useState('');
  const ref = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    let wanted = true;
    const dark = isDark(ref.current);
    rich.diagram(source, dark).then(
      address => wanted && setImage(address),
      reason => wanted && setProblem(reason instanceof Error ? reason.message : String(reason))
    );
    return () => {
      wanted = false;
    };
  }, [source, rich]);
  const code = <CodeBlock code={source} language="mermaid" rich={rich} trans={trans} />;
  return (
    <div ref={ref} className="jp-LLMOps-diagram">
      {image ? <img src={image} alt={trans.__('Diagram')} /> : code}
      {image && (
        <details>
          <summary>{trans.__('Source of the diagram')}</summary>
          {code}
        </details>
      )}
      {problem && <p className="jp-LLMOps-hint">{trans.__('This diagram cannot be drawn: %1', problem)}</p>}
    </div>
  );
}

/** JupyterLab marks the body, our page the root element. */
function isDark(element: HTMLElement | null): boolean {
  return element?.closest('[data-jp-theme-light]')?.getAttribute('data-jp-theme-light') === 'false';
}
