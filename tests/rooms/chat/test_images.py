"""Images: small, clean, and refused in words when they cannot be used."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import pytest
from PIL import Image

from jupyter_llmops.chat.images import MAX_SIDE, prepare_images
from jupyter_llmops.core.errors import Invalid

pytestmark = pytest.mark.spec("LLM-6")


def encoded(kind="PNG", size=(10, 8), mode="RGB", **options):
    buffer = io.BytesIO()
    Image.new(mode, size).save(buffer, kind, **options)
    return base64.b64encode(buffer.getvalue()).decode()


async def refused(*images):
    with pytest.raises(Invalid) as caught:
        await prepare_images(images)
    return [(error.field, error.message) for error in caught.value.errors]


async def test_large_images_are_scaled_down_in_proportion():
    (image,) = await prepare_images([encoded(size=(4000, 1000))])
    assert (image.width, image.height) == (MAX_SIDE, MAX_SIDE // 4)


async def test_what_a_camera_wrote_is_gone_and_the_picture_is_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    exif[0x010F] = "SecretCamera"
    (image,) = await prepare_images([encoded("JPEG", (20, 10), exif=exif, comment=b"secret place")])
    assert (image.width, image.height) == (10, 20)
    assert b"SecretCamera" not in image.data
    assert b"secret" not in image.data
    assert not Image.open(io.BytesIO(image.data)).getexif()


@pytest.mark.parametrize(
    ("kind", "mode", "media_type"),
    [
        ("PNG", "RGBA", "image/png"),
        ("PNG", "P", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("PNG", "1", "image/png"),
        ("GIF", "P", "image/png"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("WEBP", "RGB", "image/jpeg"),
        ("WEBP", "RGBA", "image/png"),
    ],
)
async def test_every_kind_and_mode_becomes_png_or_jpeg(kind, mode, media_type):
    (image,) = await prepare_images([encoded(kind, mode=mode)])
    assert image.media_type == media_type
    Image.open(io.BytesIO(image.data)).load()


async def test_each_bad_image_is_named_with_its_reason():
    good = encoded()
    truncated = base64.b64encode(base64.b64decode(encoded(size=(300, 300)))[:60]).decode()
    errors = await refused("@@@", good, base64.b64encode(b"hello").decode(), truncated)
    assert [field for field, _ in errors] == ["images.0", "images.2", "images.3"]
    assert "base64" in errors[0][1]
    assert "kind we know" in errors[1][1]
    assert "damaged" in errors[2][1]


async def test_kinds_that_are_no_pictures_for_the_web_are_refused():
    errors = await refused(encoded("TIFF"), encoded("BMP"), base64.b64encode(b"<svg onload=x/>").decode())
    assert len(errors) == 3


async def test_a_decompression_bomb_is_refused_by_its_header():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    data += struct.pack(">I", 4) + b"IDAT" + b"\0\0\0\0" + struct.pack(">I", zlib.crc32(b"IDAT\0\0\0\0"))
    ((_, message),) = await refused(base64.b64encode(data).decode())
    assert "million pixels" in message


async def test_too_many_bytes_are_refused_before_they_are_decoded(monkeypatch):
    monkeypatch.setattr("jupyter_llmops.chat.images.MAX_IMAGE_BYTES", 10)
    ((_, message),) = await refused(encoded())
    assert "larger than" in message
