"""Our mark as PNG icons for a phone's home screen, drawn by ourselves: static/img/mark.svg in numbers.

A pixel is coloured by how far its middle lies from a line, which is also what smooths the edges.
"""

import struct
import zlib
from itertools import pairwise

import numpy as np

SIZES = {"icon-192.png": (192, False), "icon-512.png": (512, False), "icon-maskable-512.png": (512, True)}
BAND = (12, 39, 64)
SHORE = (217, 171, 92)
FOAM = (201, 214, 226)
VIEW = 64  # the drawing's own square
ORIGIN = np.array([12.0, 10.0])
ROUND = 14.0
SAFE = 0.78  # a maskable icon may be cut to a circle


def png_of(size: int, *, maskable: bool = False) -> bytes:
    """The mark, `size` pixels wide; a maskable one fills its square and keeps the drawing inside the safe circle."""
    scale = VIEW / size
    line = (np.arange(size) + 0.5) * scale
    at = np.stack(np.meshgrid(line, line), axis=-1)
    ground = np.ones((size, size)) if maskable else _inside(_rounded(at), scale)
    place = (at - VIEW / 2) / SAFE + VIEW / 2 if maskable else at
    pen = scale / SAFE if maskable else scale
    colour = np.broadcast_to(np.array(BAND, float), (size, size, 3)).copy()
    for points, width, ink in _strokes():
        cover = _inside(_distance(place, points) - width / 2, pen)[..., None]
        colour = colour * (1 - cover) + np.array(ink, float) * cover
    pixels = np.dstack([colour, ground * 255]).round().astype(np.uint8)
    return _written(pixels)


def _strokes() -> list[tuple[np.ndarray, float, tuple[int, int, int]]]:
    """Every line of the mark as (points, width, colour)."""
    wave = _swell(3, 29, 25.4, 8.5)
    low = _swell(7, 37, 34.2, 6.5)
    steps = [((6, 19.5), (11, 9), (24, 21), (32, 8))]
    flag = np.array([(32, 9), (32, 3.5), (37, 3.5), (35.5, 5.5), (37, 7.5), (32, 7.5)], float) + ORIGIN
    inner = np.array([(32.6, 5.5), (35, 5.5)], float) + ORIGIN
    dots = [(np.stack([dot, dot]), 4.0, SHORE) for dot in _every(_curve(steps), 5.3)]
    return [
        (_curve(wave), 3.0, SHORE),
        (_curve(low), 3.0, FOAM),
        *dots,
        (flag, 1.8, SHORE),
        (inner, 3.0, SHORE),
    ]


def _swell(left: float, low: float, high: float, half: float) -> list:
    """Four half waves from `left` on, each `half` wide, as cubic Bézier pieces."""
    heights = [low, high, low, high, low]
    starts = [left + half * number for number in range(4)]
    return [
        ((x, a), (x + half / 2, a), (x + half / 2, b), (x + half, b))
        for x, (a, b) in zip(starts, pairwise(heights), strict=True)
    ]


def _curve(pieces: list, parts: int = 16) -> np.ndarray:
    """Cubic Bézier pieces as points."""
    t = np.linspace(0, 1, parts + 1)[:, None]
    lines = []
    for a, b, c, d in (np.array(piece, float) for piece in pieces):
        lines.append((1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d)
    return np.concatenate(lines) + ORIGIN


def _every(points: np.ndarray, step: float) -> list[np.ndarray]:
    """Places along a line, `step` apart."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    wanted = np.arange(0, along[-1], step)
    return list(np.stack([np.interp(wanted, along, points[:, axis]) for axis in (0, 1)], axis=1))


def _distance(at: np.ndarray, points: np.ndarray) -> np.ndarray:
    """How far every pixel lies from the nearest piece of a line."""
    nearest = np.full(at.shape[:2], np.inf)
    for a, b in pairwise(points):
        along = b - a
        length = max(float(along @ along), 1e-9)
        where = np.clip(((at - a) @ along) / length, 0, 1)[..., None]
        nearest = np.minimum(nearest, np.hypot(*np.moveaxis(at - (a + where * along), -1, 0)))
    return nearest


def _rounded(at: np.ndarray) -> np.ndarray:
    """Signed distance from the square with round corners."""
    corner = np.abs(at - VIEW / 2) - (VIEW / 2 - ROUND)
    outside = np.hypot(*np.moveaxis(np.maximum(corner, 0), -1, 0))
    return outside + np.minimum(corner.max(axis=-1), 0) - ROUND


def _inside(distance: np.ndarray, pixel: float) -> np.ndarray:
    """1 inside, 0 outside, and between them over the width of one pixel."""
    return np.clip(0.5 - distance / pixel, 0, 1)


def _written(pixels: np.ndarray) -> bytes:
    """Eight-bit RGBA as a PNG file."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )
