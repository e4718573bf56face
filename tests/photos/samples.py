"""Pictures to send: real ones, and what a stranger might send instead."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

SECRET = "Nguyễn Văn Mật"
POSITION = {1: "N", 2: (15.0, 53.0, 21.0), 3: "E", 4: (108.0, 21.0, 36.0)}


def scene(width: int = 800, height: int = 600) -> Image.Image:
    """Sea below, sky above, a red mark in the upper left corner."""
    image = Image.new("RGB", (width, height), (120, 160, 210))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height * 2 // 3, width, height), fill=(20, 60, 110))
    draw.rectangle((0, 0, width // 8, height // 8), fill=(220, 30, 30))
    return image


def jpeg(
    width: int = 800, height: int = 600, *, secrets: bool = False, turned: int = 1, **more: Any
) -> bytes:
    """A JPEG; with `secrets` it says where, when, by whom and with what it was taken. `turned`: EXIF orientation."""
    exif = Image.Exif()
    exif[0x0112] = turned
    if secrets:
        exif[0x010F], exif[0x9003], exif[0x013B] = "Hãng máy ảnh", "2026:02:04 21:30:00", SECRET
        exif.get_ifd(0x8825).update(POSITION)
        more |= {
            "comment": SECRET.encode(),
            "icc_profile": b"\0" * 64 + SECRET.encode(),
            "xmp": SECRET.encode(),
        }
    out = io.BytesIO()
    scene(width, height).save(out, "JPEG", exif=exif, **more)
    return out.getvalue()


def png(mode: str = "RGB", width: int = 64, height: int = 48, **more: Any) -> bytes:
    out = io.BytesIO()
    about = PngInfo()
    about.add_itxt("Author", SECRET)
    picture = Image.new("I;16", (width, height)) if mode == "I;16" else scene(width, height).convert(mode)
    picture.save(out, "PNG", pnginfo=about, **more)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A few hundred bytes that say they are a huge picture, with data that unpacks for ever."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))
