"""Images as people have them, turned into what a message carries."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

from .errors import ImageError

__all__ = ["encode_image", "media_type_of"]

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


def media_type_of(data: bytes) -> str | None:
    """Return the media type that the first bytes tell, or None if it is no image models read."""
    for magic, media_type in _MAGIC:
        if data.startswith(magic):
            return media_type
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def encode_image(image: Any, language: str = "en") -> dict[str, str]:
    """Return `{media_type, data}` for a path, bytes, a PIL image or a matplotlib figure."""
    data = _bytes_of(image)
    media_type = media_type_of(data)
    if media_type is None:
        name = str(image) if isinstance(image, str | Path) else type(image).__name__
        raise ImageError(language, name=name)
    return {"media_type": media_type, "data": base64.b64encode(data).decode("ascii")}


def _bytes_of(image: Any) -> bytes:
    if isinstance(image, bytes | bytearray | memoryview):
        return bytes(image)
    if isinstance(image, str | Path):
        return Path(image).expanduser().read_bytes()
    buffer = BytesIO()
    if hasattr(image, "savefig"):  # a matplotlib figure
        image.savefig(buffer, format="png", bbox_inches="tight")
    elif hasattr(image, "save"):  # a PIL image
        image.save(buffer, format="PNG")
    return buffer.getvalue()
