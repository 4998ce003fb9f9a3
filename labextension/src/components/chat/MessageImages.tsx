import * as React from 'react';
import { ImageRef } from '../../api/types';
import { Trans } from '../../i18n';
import { ShownMessage } from '../../models/optimistic';

interface MessageImagesProps {
  message: ShownMessage;
  trans: Trans;
  load: (imageId: number) => Promise<Blob>;
}

/** The pictures of a message: from the server, or as they were picked while it is on its way. */
export function MessageImages({ message, trans, load }: MessageImagesProps): JSX.Element | null {
  const { images, previews } = message;
  if (!images.length && !previews?.length) {
    return null;
  }
  return (
    <div className="jp-LLMOps-images">
      {images.map(image => (
        <StoredImage key={image.id} image={image} trans={trans} load={load} />
      ))}
      {!images.length &&
        previews?.map((source, index) => <img key={index} src={source} alt={trans.__('Picture')} />)}
    </div>
  );
}

interface StoredImageProps {
  image: ImageRef;
  trans: Trans;
  load: (imageId: number) => Promise<Blob>;
}

function StoredImage({ image, trans, load }: StoredImageProps): JSX.Element {
  const [source, setSource] = React.useState('');
  const [failed, setFailed] = React.useState(false);
  React.useEffect(() => {
    let address = '';
    let wanted = true;
    load(image.id).then(
      blob => {
        if (wanted) {
          address = URL.createObjectURL(blob);
          setSource(address);
        }
      },
      () => wanted && setFailed(true)
    );
    return () => {
      wanted = false;
      URL.revokeObjectURL(address);
    };
  }, [image.id, load]);
  if (failed) {
    return <span className="jp-LLMOps-hint">{trans.__('This picture could not be loaded.')}</span>;
  }
  return (
    <img src={source || undefined} width={image.width} height={image.height} alt={trans.__('Picture')} />
  );
}
