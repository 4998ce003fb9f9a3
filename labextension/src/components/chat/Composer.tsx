import * as React from 'react';
import {
  Attachment,
  imageProblem,
  ImageProblem,
  IMAGE_TYPES,
  readAttachment
} from '../../models/attachments';
import { Trans } from '../../i18n';
import { Icon, IconButton } from '../Icon';
import { Panel } from './panel';
import { isSendKey } from './sendKey';

interface ComposerProps {
  draft: string;
  attachments: readonly Attachment[];
  panel: Panel;
  /** An answer is being written: the button stops it. */
  busy: boolean;
  stopping: boolean;
  /** No model to send to. */
  disabled?: boolean;
  /** The field, for those who send the reader there. */
  field?: React.RefObject<HTMLTextAreaElement>;
  onDraft: (text: string) => void;
  onAttach: (attachment: Attachment) => void;
  onDetach: (key: number) => void;
  onSend: () => void;
  onStop: () => void;
}

/** Where a message is typed; pictures come by button, paste or drop. */
export function Composer(props: ComposerProps): JSX.Element {
  const { draft, attachments, panel, busy, onDraft, onDetach, onSend } = props;
  const { trans, settings } = panel;
  const { problem, add } = useImages(props);
  const [dragging, setDragging] = React.useState(false);
  const own = React.useRef<HTMLTextAreaElement>(null);
  const area = props.field ?? own;
  useAutoHeight(area, draft);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (isSendKey(event, settings.send_with)) {
      event.preventDefault();
      if (!busy && !props.disabled) {
        onSend();
      }
    }
  };
  const onPaste = (event: React.ClipboardEvent): void => {
    const files = [...event.clipboardData.files];
    if (files.length) {
      event.preventDefault();
      add(files);
    }
  };
  const onDrop = (event: React.DragEvent): void => {
    setDragging(false);
    if (event.dataTransfer.files.length) {
      event.preventDefault();
      add([...event.dataTransfer.files]);
    }
  };
  const onDragOver = (event: React.DragEvent): void => {
    if (event.dataTransfer.types.includes('Files')) {
      event.preventDefault();
      setDragging(true);
    }
  };
  return (
    <div
      className={`jp-LLMOps-composer${dragging ? ' jp-LLMOps-composer-mod-drop' : ''}`}
      onDragOver={onDragOver}
      onDragLeave={() => setDragging(false)}
      onDrop={onDrop}
    >
      <Previews attachments={attachments} trans={trans} onDetach={onDetach} />
      {problem && (
        <p className="jp-LLMOps-fieldError" role="alert">
          {problem}
        </p>
      )}
      <textarea
        ref={area}
        className="jp-LLMOps-composer-text"
        rows={1}
        aria-label={trans.__('Message')}
        placeholder={placeholder(panel)}
        value={draft}
        onInput={event => onDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <Buttons {...props} onFiles={add} />
    </div>
  );
}

function placeholder({ trans, settings }: Panel): string {
  return settings.send_with === 'enter'
    ? trans.__('Message… (Enter sends, paste an image)')
    : trans.__('Message… (Ctrl+Enter sends, paste an image)');
}

function Buttons(props: ComposerProps & { onFiles: (files: File[]) => void }): JSX.Element {
  const { draft, attachments, panel, busy, stopping, disabled, onSend, onStop, onFiles } = props;
  const { trans } = panel;
  const picker = React.useRef<HTMLInputElement>(null);
  const pick = (event: React.FormEvent<HTMLInputElement>): void => {
    onFiles([...(event.currentTarget.files ?? [])]);
    event.currentTarget.value = '';
  };
  const empty = !draft.trim() && !attachments.length;
  return (
    <div className="jp-LLMOps-row">
      <input
        ref={picker}
        type="file"
        hidden
        multiple
        accept={IMAGE_TYPES.join(',')}
        aria-label={trans.__('Add pictures')}
        onChange={pick}
      />
      <IconButton icon="image" label={trans.__('Add a picture')} onClick={() => picker.current?.click()} />
      <span className="jp-LLMOps-grow" />
      {busy ? (
        <button type="button" className="jp-LLMOps-button" disabled={stopping} onClick={onStop}>
          <Icon name="stop" /> {stopping ? trans.__('Stopping…') : trans.__('Stop')}
        </button>
      ) : (
        <button
          type="button"
          className="jp-LLMOps-button jp-LLMOps-button-mod-primary"
          disabled={empty || disabled}
          onClick={onSend}
        >
          <Icon name="send" /> {trans.__('Send')}
        </button>
      )}
    </div>
  );
}

interface PreviewsProps {
  attachments: readonly Attachment[];
  trans: Trans;
  onDetach: (key: number) => void;
}

function Previews({ attachments, trans, onDetach }: PreviewsProps): JSX.Element | null {
  if (!attachments.length) {
    return null;
  }
  return (
    <ul className="jp-LLMOps-previews" aria-label={trans.__('Pictures to send')}>
      {attachments.map(attachment => (
        <li key={attachment.key}>
          <img src={attachment.preview} alt={attachment.name} />
          <IconButton
            icon="close"
            label={trans.__('Remove %1', attachment.name)}
            onClick={() => onDetach(attachment.key)}
          />
        </li>
      ))}
    </ul>
  );
}

/** Check and read picked files; the problem stays until the next try. */
function useImages({ attachments, panel, onAttach }: ComposerProps): {
  problem: string;
  add: (files: File[]) => void;
} {
  const { trans } = panel;
  const [problem, setProblem] = React.useState('');
  const add = (files: File[]): void => {
    setProblem('');
    let present = attachments.length;
    for (const file of files) {
      const reason = imageProblem(file, present);
      if (reason) {
        setProblem(imageProblemText(reason, file.name, trans));
      } else {
        present++;
        readAttachment(file).then(onAttach, () =>
          setProblem(imageProblemText('unreadable', file.name, trans))
        );
      }
    }
  };
  return { problem, add };
}

function imageProblemText(problem: ImageProblem, name: string, trans: Trans): string {
  switch (problem) {
    case 'type':
      return trans.__('%1 is not a picture that can be sent. Use PNG, JPEG, WebP or GIF.', name);
    case 'size':
      return trans.__('%1 is larger than 20 MB. Make it smaller first.', name);
    case 'count':
      return trans.__('At most 8 pictures go with one message; %1 was left out.', name);
    case 'unreadable':
      return trans.__('%1 could not be read. Try to save it anew.', name);
  }
}

const TALLEST = 240;

/** A text area as high as its text, up to a limit. */
function useAutoHeight(ref: React.RefObject<HTMLTextAreaElement>, text: string): void {
  React.useLayoutEffect(() => {
    const area = ref.current;
    if (area) {
      area.style.height = 'auto';
      area.style.height = `${Math.min(area.scrollHeight, TALLEST)}px`;
    }
  }, [ref, text]);
}
