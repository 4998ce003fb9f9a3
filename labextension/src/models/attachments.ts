import { ImageRef, NewImage } from '../api/types';

/** An image beside the draft, not sent yet. */
export interface Attachment extends NewImage {
  /** Unique in this page. */
  key: number;
  name: string;
  size: number;
  /** data: URL for the preview. */
  preview: string;
}

export type ImageProblem = 'type' | 'size' | 'count' | 'unreadable';

export const IMAGE_TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];
export const MAX_IMAGE_BYTES = 20 * 1024 * 1024;
export const MAX_IMAGES = 8;

/** Why this file cannot be attached, or null. */
export function imageProblem(file: { type: string; size: number }, present: number): ImageProblem | null {
  if (!IMAGE_TYPES.includes(file.type)) {
    return 'type';
  }
  if (file.size > MAX_IMAGE_BYTES) {
    return 'size';
  }
  return present >= MAX_IMAGES ? 'count' : null;
}

let nextKey = 1;

/** Read a file into an attachment; throws when the browser cannot read it. */
export function readAttachment(file: File): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'));
    reader.onload = () => {
      const preview = String(reader.result);
      const data = preview.slice(preview.indexOf(',') + 1);
      resolve({ key: nextKey++, name: file.name, size: file.size, media_type: file.type, data, preview });
    };
    reader.readAsDataURL(file);
  });
}

/** Images of a message that was sent before, ready to be sent again. */
export function storedAttachments(
  images: readonly ImageRef[],
  load: (imageId: number) => Promise<Blob>
): Promise<Attachment[]> {
  return Promise.all(
    images.map(async ({ id, media_type }) => {
      const bytes = await (await load(id)).arrayBuffer();
      return readAttachment(new File([bytes], `image-${id}`, { type: media_type }));
    })
  );
}
