import { act, render, screen } from '@testing-library/react';
import * as React from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import { english } from '../../i18n';
import { ShownMessage } from '../../models/optimistic';
import { answerOf } from '../../testing/panels';
import { MessageImages } from './MessageImages';

const STORED = { id: 7, media_type: 'image/png', width: 40, height: 30 };

const revoke = vi.spyOn(URL, 'revokeObjectURL');

beforeEach(() => {
  revoke.mockReset();
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:seven');
});

async function draw(
  changes: Partial<ShownMessage>,
  load: (id: number) => Promise<Blob> = () => Promise.resolve(new Blob(['x']))
) {
  const loading = vi.fn(load);
  const message: ShownMessage = { ...answerOf(), role: 'user', ...changes };
  const drawn = render(<MessageImages message={message} trans={english} load={loading} />);
  await act(async () => undefined);
  return { ...drawn, load: loading };
}

const picture = () => screen.getByRole<HTMLImageElement>('img', { name: 'Picture' });

it('LLM-6 draws nothing for a message without pictures', async () => {
  const { container } = await draw({ images: [], previews: [] });
  expect(container.childElementCount).toBe(0);
});

it('LLM-6 shows a stored picture in its size and lets its bytes go afterwards', async () => {
  const { load, unmount } = await draw({ images: [STORED] });
  expect(load.mock.calls).toEqual([[7]]);
  expect(picture().src).toBe('blob:seven');
  expect([picture().width, picture().height]).toEqual([40, 30]);
  expect(revoke).not.toHaveBeenCalledWith('blob:seven');
  unmount();
  expect(revoke).toHaveBeenCalledWith('blob:seven');
});

it('LLM-6 keeps the room of a picture that is still coming, without a broken one', async () => {
  await draw({ images: [STORED] }, () => new Promise(() => undefined));
  expect(picture().hasAttribute('src')).toBe(false);
  expect(picture().height).toBe(30);
});

it('UI-6 says that a picture could not be loaded', async () => {
  await draw({ images: [STORED] }, () => Promise.reject(new Error('gone')));
  expect(screen.getByText('This picture could not be loaded.')).toBeTruthy();
  expect(screen.queryByRole('img')).toBeNull();
});

it('LLM-6 shows what was picked until the server has it, and then only what the server has', async () => {
  const previews = ['data:image/png;base64,AAAA', 'data:image/png;base64,BBBB'];
  const { load, rerender } = await draw({ images: [], previews });
  expect(screen.getAllByRole<HTMLImageElement>('img').map(image => image.src)).toEqual(previews);
  expect(load).not.toHaveBeenCalled();
  const stored: ShownMessage = { ...answerOf(), images: [STORED], previews };
  rerender(<MessageImages message={stored} trans={english} load={load} />);
  await act(async () => undefined);
  expect(picture().src).toBe('blob:seven');
});
