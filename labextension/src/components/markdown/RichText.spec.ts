import { describe, expect, it } from 'vitest';
import corpus from '../../../../tests/data/xss.json';
import { RichText } from './RichText';

const rich = new RichText({ mermaid: () => Promise.reject(new Error('not needed')) });

/** What could make Mermaid fetch something, or change its settings. */
const REMOTE = /^mermaid-(href|label-remote|init|frontmatter|style|style-escaped|shape-image.*|icon|c4)$/;

describe('diagrams', () => {
  it.each(corpus.filter(({ name }) => REMOTE.test(name)))('CHAT-9 shows $name as code', ({ text }) => {
    const aimed = text.replace(/@(HOST|SINK)@/g, '//evil.example').replace('@PORT@', '80');
    expect(rich.canDraw(aimed.split('\n').slice(1, -1).join('\n'))).toBe(false);
  });

  it.each([
    'flowchart TD\nA@{ "im\\\ng": "x.example" }',
    'flowchart TD\nA@{ img # why not\n: "x" }',
    'sequenceDiagram\nparticipant A\nproperties A: {"\\u0069con": "x"}',
    'graph TD\nA[x]\nstyle A background:image-set("a.png" 1x)'
  ])('CHAT-9 is not fooled by spelling: %j', source => {
    expect(rich.canDraw(source)).toBe(false);
  });

  it.each([
    'graph TD\nA[Start] --> B{Is it?}\nB -- yes --> C[/in/]\nB -- no --> D[(data)]',
    'flowchart LR\nA@{ shape: diamond, label: "x" } --> B',
    'sequenceDiagram\nAlice->>Bob: Hello\nNote over Bob: thinks\\nhard',
    'classDiagram\nAnimal <|-- Duck\nAnimal : +int age',
    'gantt\ntitle Plan\nsection A\nTask :a1, 2026-01-01, 30d',
    'pie title Pets\n"Dogs" : 386'
  ])('CHAT-9 draws an ordinary diagram: %j', source => {
    expect(rich.canDraw(source)).toBe(true);
  });
});
