import { render, screen } from '@testing-library/react';
import * as React from 'react';
import { expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { Mermaid } from '../host';
import { Diagram } from './Diagram';
import { RichText } from './RichText';

const SOURCE = 'graph TD\n  A --> B';

function fakeMermaid(render: Mermaid['render'] = async () => ({ svg: '<svg><text>A</text></svg>' })) {
  const initialize = vi.fn();
  const draws = vi.fn(render);
  return { initialize, draws, rich: new RichText({ mermaid: async () => ({ initialize, render: draws }) }) };
}

const draw = (rich: RichText) => render(<Diagram source={SOURCE} rich={rich} trans={english} />);
const picture = () => screen.findByRole<HTMLImageElement>('img', { name: 'Diagram' });

it('CHAT-9 shows the source until the drawing is there', async () => {
  const { container } = draw(fakeMermaid(() => new Promise(() => undefined)).rich);
  expect(container.querySelector('pre')?.textContent).toBe(SOURCE);
  expect(screen.queryByRole('img')).toBeNull();
  expect(container.querySelector('details')).toBeNull();
});

it('CHAT-9 shows the drawing as an image, with its source folded below', async () => {
  const { draws, rich } = fakeMermaid();
  const { container } = draw(rich);
  expect((await picture()).src).toMatch(/^data:image\/svg\+xml/);
  expect(draws.mock.calls[0][1]).toBe(SOURCE);
  const fold = container.querySelector('details');
  expect(fold?.open).toBe(false);
  expect(fold?.querySelector('summary')?.textContent).toBe('Source of the diagram');
  expect(fold?.querySelector('pre')?.textContent).toBe(SOURCE);
});

it('UI-6 says what is wrong with a diagram and leaves its source readable', async () => {
  const { container } = draw(fakeMermaid(() => Promise.reject(new Error('Parse error on line 2'))).rich);
  expect(await screen.findByText('This diagram cannot be drawn: Parse error on line 2')).toBeTruthy();
  expect(container.querySelector('pre')?.textContent).toBe(SOURCE);
  expect(screen.queryByRole('img')).toBeNull();
});

it.each([
  ['dark', 'false'],
  ['default', 'true']
])('UI-4 draws in the %s colours of the page around it', async (theme, light) => {
  const { initialize, rich } = fakeMermaid();
  render(
    <div data-jp-theme-light={light}>
      <Diagram source={SOURCE} rich={rich} trans={english} />
    </div>
  );
  await picture();
  expect(initialize.mock.calls[0][0]).toMatchObject({ theme });
});
