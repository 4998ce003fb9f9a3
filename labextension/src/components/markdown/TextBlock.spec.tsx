import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { Katex } from '../host';
import { RichText } from './RichText';
import { TextBlock } from './TextBlock';

type Props = Partial<React.ComponentProps<typeof TextBlock>>;

function draw(source: string, props: Props = {}) {
  const rich = props.rich ?? new RichText();
  const block = (text: string) => <TextBlock {...props} source={text} rich={rich} trans={english} />;
  const { container, rerender } = render(block(source));
  return { container, change: (text: string) => rerender(block(text)) };
}

it('CHAT-9 draws Markdown, and draws it anew when it changes', () => {
  const { container, change } = draw('# One\n\n- a\n- b');
  expect(screen.getByRole('heading', { level: 1, name: 'One' })).toBeTruthy();
  expect(screen.getAllByRole('listitem')).toHaveLength(2);
  change('**Two**');
  expect(container.textContent?.trim()).toBe('Two');
});

it('UI-5 lets a wide table be reached and scrolled by keyboard', () => {
  draw('| a |\n|---|\n| 1 |');
  const box = screen.getByRole('region', { name: 'Table' });
  expect(box.tabIndex).toBe(0);
  expect(within(box).getByRole('cell', { name: '1' })).toBeTruthy();
});

describe('pictures', () => {
  const REMOTE = '![cat](https://cats.example/cat.png)';

  it('CHAT-9 names the server of a remote picture and loads it once agreed, telling nothing of this page', () => {
    draw(REMOTE);
    expect(screen.queryByRole('img')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'cat · Load picture from cats.example' }));
    const image = screen.getByRole<HTMLImageElement>('img', { name: 'cat' });
    expect([image.src, image.referrerPolicy]).toEqual(['https://cats.example/cat.png', 'no-referrer']);
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('CHAT-9 does not follow a link around a picture when the picture is agreed to', () => {
    draw(`[${REMOTE}](https://elsewhere.example)`);
    expect(fireEvent.click(screen.getByRole('button'))).toBe(false);
  });

  it('CHAT-9 asks nothing where my settings allow remote pictures', () => {
    draw(REMOTE, { remoteImages: true });
    expect(screen.getByRole<HTMLImageElement>('img').src).toBe('https://cats.example/cat.png');
  });

  it.each([
    'data:image/svg+xml;base64,AAAA',
    'file:///etc/passwd',
    '/llmops/api/v1/me',
    '//cats.example/a.png'
  ])('CHAT-9 never loads %s, whatever the settings say', source => {
    const { container } = draw(`![cat](${source})`, { remoteImages: true });
    expect(container.querySelector('img, button')).toBeNull();
    expect(container.textContent).toContain('cat');
  });
});

describe('code inside a list', () => {
  it('CHAT-10 is coloured, and inserted as it was written', () => {
    const onInsert = vi.fn();
    const { container } = draw('- step\n\n  ```python\n  import os\n  ```\n', { onInsert });
    expect(container.querySelector('li .hljs-keyword')?.textContent).toBe('import');
    fireEvent.click(screen.getByRole('button', { name: 'Insert' }));
    expect(onInsert).toHaveBeenCalledWith('import os\n', 'python');
  });
});

describe('formulas', () => {
  const katex: Katex = { renderToString: tex => `<math><mi>${tex}</mi></math>` };

  it('CHAT-9 are typeset when the library has come, and at once from then on', async () => {
    const rich = new RichText({ katex: async () => katex });
    const { container, change } = draw('so $x$', { rich });
    expect(container.querySelector('math')).toBeNull();
    await waitFor(() => expect(container.querySelector('math')?.textContent).toBe('x'));
    change('so $y$');
    expect(container.querySelector('math')?.textContent).toBe('y');
  });

  it('CHAT-9 stay readable where the library cannot be had', async () => {
    const load = vi.fn(() => Promise.reject(new Error('offline')));
    const { container } = draw('so $x$', { rich: new RichText({ katex: load }) });
    await waitFor(() => expect(load).toHaveBeenCalled());
    expect(container.textContent?.trim()).toBe('so x');
  });
});
