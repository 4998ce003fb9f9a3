import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import * as React from 'react';
import { describe, expect, it, vi } from 'vitest';
import { UserSettings } from '../../api/types';
import { Attachment } from '../../models/attachments';
import { DEFAULT_SETTINGS } from '../../models/MeStore';
import { panelFor } from '../../testing/panels';
import { Composer } from './Composer';

interface Drawn {
  draft?: string;
  busy?: boolean;
  sendWith?: UserSettings['send_with'];
  attachments?: Attachment[];
}

function draw({ draft = 'Hello', busy = false, sendWith = 'ctrl_enter', attachments = [] }: Drawn = {}) {
  const acts = { onDraft: vi.fn(), onAttach: vi.fn(), onDetach: vi.fn(), onSend: vi.fn(), onStop: vi.fn() };
  const panel = panelFor({ settings: { ...DEFAULT_SETTINGS, send_with: sendWith } });
  render(
    <Composer draft={draft} attachments={attachments} panel={panel} busy={busy} stopping={false} {...acts} />
  );
  return { ...acts, field: screen.getByLabelText('Message') };
}

const png = (name = 'a.png', size = 3) => new File([new Uint8Array(size)], name, { type: 'image/png' });

describe('keys', () => {
  it('UI-1 sends with Ctrl+Enter and with Cmd+Enter, Enter alone is a new line', () => {
    const { field, onSend } = draw();
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(onSend).not.toHaveBeenCalled();
    fireEvent.keyDown(field, { key: 'Enter', ctrlKey: true });
    fireEvent.keyDown(field, { key: 'Enter', metaKey: true });
    expect(onSend).toHaveBeenCalledTimes(2);
  });

  it('UI-1 sends with Enter where I chose so, Shift+Enter is a new line', () => {
    const { field, onSend } = draw({ sendWith: 'enter' });
    fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
    expect(onSend).not.toHaveBeenCalled();
    fireEvent.keyDown(field, { key: 'Enter' });
    expect(onSend).toHaveBeenCalledTimes(1);
  });

  it('UI-5 leaves Enter to an input method that is composing', () => {
    const { field, onSend } = draw({ sendWith: 'enter' });
    fireEvent.keyDown(field, { key: 'Enter', isComposing: true });
    fireEvent.keyDown(field, { key: 'Enter', keyCode: 229 });
    expect(onSend).not.toHaveBeenCalled();
  });

  it('CHAT-2 does not send while an answer is written', () => {
    const { field, onSend } = draw({ busy: true });
    fireEvent.keyDown(field, { key: 'Enter', ctrlKey: true });
    expect(onSend).not.toHaveBeenCalled();
  });
});

describe('buttons', () => {
  it('CHAT-2 puts Stop in the place of Send', () => {
    const { onStop } = draw({ busy: true });
    expect(screen.queryByRole('button', { name: 'Send' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    expect(onStop).toHaveBeenCalled();
  });

  it('CHAT-1 does not send nothing', () => {
    draw({ draft: '  ' });
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled).toBe(true);
  });
});

describe('pictures', () => {
  it('LLM-6 come by paste', async () => {
    const { field, onAttach } = draw();
    fireEvent.paste(field, { clipboardData: { files: [png()] } });
    await waitFor(() => expect(onAttach).toHaveBeenCalled());
    expect(onAttach.mock.calls[0][0]).toMatchObject({ name: 'a.png', media_type: 'image/png', data: 'AAAA' });
  });

  it('LLM-6 come by drop and by button', async () => {
    const { field, onAttach } = draw();
    fireEvent.drop(field, { dataTransfer: { files: [png()], types: ['Files'] } });
    fireEvent.change(screen.getByLabelText('Add pictures'), { target: { files: [png('b.png')] } });
    await waitFor(() => expect(onAttach).toHaveBeenCalledTimes(2));
  });

  it('LLM-6 leave a paste of text alone', () => {
    const { field } = draw();
    expect(fireEvent.paste(field, { clipboardData: { files: [] } })).toBe(true);
  });

  it('LLM-6 refuse what no model takes, and say why', () => {
    const { field, onAttach } = draw();
    const file = new File(['x'], 'notes.pdf', { type: 'application/pdf' });
    fireEvent.drop(field, { dataTransfer: { files: [file], types: ['Files'] } });
    expect(screen.getByRole('alert').textContent).toContain('notes.pdf is not a picture');
    const huge = png('huge.png');
    Object.defineProperty(huge, 'size', { value: 21 * 1024 * 1024 });
    fireEvent.drop(field, { dataTransfer: { files: [huge], types: ['Files'] } });
    expect(screen.getByRole('alert').textContent).toContain('larger than 20 MB');
    expect(onAttach).not.toHaveBeenCalled();
  });

  it('LLM-6 are shown before they go and can be removed', () => {
    const picture = {
      key: 3,
      name: 'a.png',
      size: 3,
      media_type: 'image/png',
      data: 'AA',
      preview: 'data:x'
    };
    const { onDetach } = draw({ draft: '', attachments: [picture] });
    expect(screen.getByRole('img', { name: 'a.png' })).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled).toBe(false);
    fireEvent.click(screen.getByRole('button', { name: 'Remove a.png' }));
    expect(onDetach).toHaveBeenCalledWith(3);
  });
});
