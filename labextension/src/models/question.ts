import { Message, NewMessage } from '../api/types';
import { Attachment } from './attachments';

/** A message of mine on its way to the server. */
export interface Question {
  content: string;
  attachments: readonly Attachment[];
  /** Messages that stay above it. */
  kept: readonly Message[];
  /** Undefined continues at the leaf; 0 is the root. */
  parentId: number | undefined;
  /** The message this one takes the place of. */
  edited?: Message;
}

export function wireMessage({ content, attachments, parentId }: Question): NewMessage {
  const images = attachments.map(({ media_type, data }) => ({ media_type, data }));
  return {
    content,
    ...(images.length ? { images } : {}),
    ...(parentId === undefined ? {} : { parent_id: parentId })
  };
}
