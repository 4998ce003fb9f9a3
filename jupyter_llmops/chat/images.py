"""Images that people send: verified, made small, re-encoded. What a camera wrote into them is gone."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import io
import warnings
from collections.abc import Sequence

from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from ..core.errors import FieldError, Invalid
from ..core.i18n import msg
from .schemas import MAX_IMAGE_BYTES
from .store import StoredImage

__all__ = ["MAX_SIDE", "prepare_images"]

MAX_SIDE = 1568  # what the large vision models read; more is scaled down by them anyway
MAX_PIXELS = 50_000_000
_KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}


class BrokenImage(ValueError):
    """No image that we can use; the text is a template marked with `msg`."""


async def prepare_images(images: Sequence[str]) -> list[StoredImage]:
    """Return base64 images ready to be stored and sent; raise `Invalid` naming each bad one.

    What kind an image is, its bytes say: the declared media type is not trusted.
    """
    if not images:
        return []
    return await asyncio.to_thread(_prepare_all, images)


def _prepare_all(images: Sequence[str]) -> list[StoredImage]:
    ready: list[StoredImage] = []
    errors: list[FieldError] = []
    for index, image in enumerate(images):
        try:
            ready.append(_prepare(image))
        except BrokenImage as error:
            errors.append(FieldError(f"images.{index}", str(error), (("limit", _limit(str(error))),)))
    if errors:
        raise Invalid(errors=errors)
    return ready


_NOT_BASE64 = msg("The image is not valid base64. Send it without a “data:” prefix.")
_TOO_LARGE = msg("The image is larger than {limit} MB. Make it smaller and try again.")
_TOO_MANY_PIXELS = msg("The image has more than {limit} million pixels. Make it smaller and try again.")
_NO_IMAGE = msg("This file is not an image of a kind we know. Send PNG, JPEG, WebP or GIF.")
_BROKEN = msg("The image is damaged and cannot be read. Open it in an image program and save it again.")


def _limit(template: str) -> int:
    return MAX_PIXELS // 1_000_000 if template == _TOO_MANY_PIXELS else MAX_IMAGE_BYTES >> 20


def _prepare(image: str) -> StoredImage:
    raw = _decoded(image)
    # Pillow warns of decompression bombs by the pixel count in the header, before it decodes.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
        try:
            with Pillow.open(io.BytesIO(raw), formats=tuple(_KINDS)) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise BrokenImage(_TOO_MANY_PIXELS)
                return _encoded(picture)
        except UnidentifiedImageError:
            raise BrokenImage(_NO_IMAGE) from None
        except Pillow.DecompressionBombError:
            raise BrokenImage(_TOO_MANY_PIXELS) from None
        except BrokenImage:
            raise
        except (OSError, SyntaxError, ValueError, EOFError, OverflowError):
            # What Pillow's decoders raise for damaged data.
            raise BrokenImage(_BROKEN) from None


def _decoded(data: str) -> bytes:
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise BrokenImage(_NOT_BASE64) from None
    if len(raw) > MAX_IMAGE_BYTES:
        raise BrokenImage(_TOO_LARGE)
    return raw


def _encoded(picture: Pillow.Image) -> StoredImage:
    """Turn upright, scale down and encode anew, with nothing of the original's metadata."""
    is_photo = picture.format in {"JPEG", "WEBP"} and not _has_alpha(picture)
    picture.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a JPEG is decoded small right away
    upright = ImageOps.exif_transpose(picture)
    plain = upright.convert("RGBA" if _has_alpha(upright) else "RGB")
    plain.thumbnail((MAX_SIDE, MAX_SIDE), Pillow.Resampling.LANCZOS)
    plain.info = {}
    buffer = io.BytesIO()
    if is_photo:
        plain.save(buffer, "JPEG", quality=88, optimize=True)
    else:
        plain.save(buffer, "PNG", optimize=False)
    data = buffer.getvalue()
    return StoredImage(
        media_type="image/jpeg" if is_photo else "image/png",
        width=plain.width,
        height=plain.height,
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
    )


def _has_alpha(picture: Pillow.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info
