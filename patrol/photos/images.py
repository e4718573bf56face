"""The one user of Pillow: from the bytes of a stranger to a small JPEG that holds pixels and nothing else."""

import logging
import threading
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from .rules import LONGEST_SIDE, THUMB_SIDE, WANTED_BYTES, PhotoLimits, Refusal, Refused, is_heic

QUALITIES = (82, 74, 66, 58, 50)
MOST_SCANS = 60  # of a progressive JPEG; cameras write about ten, each costs a pass over the whole picture

_one_at_a_time = threading.Lock()  # eight threads decoding the largest allowed picture would fill the memory


@dataclass(frozen=True)
class Picture:
    """What is kept of a photo: both are JPEGs made here, with no metadata."""

    content: bytes
    width: int
    height: int
    thumb: bytes


def reencode(content: bytes, limits: PhotoLimits) -> Picture:
    """The photo made small and anonymous. Raises Refused; nothing is decoded before its size and pixels are known."""
    if not content:
        raise Refused(Refusal.EMPTY)
    if len(content) > limits.size_bytes:
        raise Refused(Refusal.TOO_BIG)
    if is_heic(content[:12]):
        raise Refused(Refusal.HEIC)
    if content.startswith(b"\xff\xd8") and _has_too_many_scans(content):
        raise Refused(Refusal.UNREADABLE)
    try:
        with _one_at_a_time:
            return _reencode(content, limits)
    except Refused:
        raise
    except UnidentifiedImageError as wrong:
        raise Refused(Refusal.NOT_A_PHOTO) from wrong
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Refused(Refusal.TOO_MANY_PIXELS) from bomb
    except (OSError, SyntaxError, EOFError) as broken:  # what Pillow says of a file cut off or damaged
        raise Refused(Refusal.BROKEN) from broken
    except Exception as bug:
        logging.getLogger(__name__).exception("a photo broke its reader")
        raise Refused(Refusal.UNREADABLE) from bug


def _has_too_many_scans(content: bytes) -> bool:
    """Whether a JPEG asks for more passes than any camera; up to its end, not into what is hung on behind."""
    at, scans = 2, 0
    while at != -1 and at + 4 <= len(content):
        marker = content[at + 1]
        if content[at] != 0xFF or marker in (0x00, 0xFF):  # inside a scan, or filling
            at = content.find(b"\xff", at + 1)
        elif marker == 0xD9 or scans > MOST_SCANS:
            break
        elif marker == 0x01 or 0xD0 <= marker <= 0xD7:  # stand alone, without a length
            at += 2
        else:
            scans += marker == 0xDA
            at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return scans > MOST_SCANS


def _reencode(content: bytes, limits: PhotoLimits) -> Picture:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", Image.DecompressionBombWarning
        )  # our own limit is lower and comes next
        image = Image.open(BytesIO(content), formats=("JPEG", "PNG"))
    with image:
        if image.width * image.height > _most_pixels(image, limits):
            raise Refused(Refusal.TOO_MANY_PIXELS)
        image.draft(
            "RGB", (LONGEST_SIDE, LONGEST_SIDE)
        )  # a JPEG is decoded at a fraction of its size already
        image.load()
        upright = _upright(image)
    pixels = _flat(upright)
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    thumb = pixels.copy()
    thumb.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS)
    content = _small_enough(pixels)
    return Picture(content, pixels.width, pixels.height, _jpeg(thumb, 70))


def _most_pixels(image: Image.Image, limits: PhotoLimits) -> int:
    """What cameras write is decoded in strips; everything else has to be in memory as a whole."""
    in_strips = image.format == "JPEG" and not image.info.get("progressive")
    return limits.pixels if in_strips else limits.pixels // 3


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera was held; a file whose own account of that can't be read stays as it is."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        logging.getLogger(__name__).info("a photo with unreadable EXIF; its orientation is left alone")
        return image


def _flat(image: Image.Image) -> Image.Image:
    """Pixels on white, in a fresh picture that has never seen the metadata of the file."""
    flat = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        see_through = image.convert("RGBA")
        flat.paste(see_through, mask=see_through.getchannel("A"))
    else:
        flat.paste(image.convert("RGB"))
    return flat


def _small_enough(image: Image.Image) -> bytes:
    """The best quality that is about as small as wanted; what never gets there loses pixels (in place) instead."""
    while True:
        for quality in QUALITIES:
            content = _jpeg(image, quality)
            if len(content) <= WANTED_BYTES:
                return content
        image.thumbnail((image.width * 3 // 4, image.height * 3 // 4), Image.Resampling.LANCZOS)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True, progressive=False)
    return out.getvalue()
