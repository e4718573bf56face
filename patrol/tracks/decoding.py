"""Bytes as they come in → clean UTF-8 an XML parser can be given, or a refusal. Nothing is parsed here."""

from __future__ import annotations

import codecs
import re

from patrol.tracks.rules import Limits, Refusal, Refused, Remark

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""", re.IGNORECASE)
DECLARATION = re.compile(rb"\A\s*<\?xml\b[^>]{0,300}\?>", re.IGNORECASE)
# one byte a character, ASCII below 128: nothing can hide in them
PLAIN_CODECS = re.compile(r"iso8859|latin|cp125\d|cp874|koi8|mac|ascii|tis-620")
VIETNAMESE = "cp1258"
HTML = re.compile(
    rb"\A\s*(?>(?:<!--.*?-->\s*)*)<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
FORBIDDEN = bytes(octet for octet in range(32) if octet not in b"\t\n\r")
OVERLONG_TAG = re.compile(rb"<[^<>]{1000000}")
MOST_MENDED = 10_000
STRAY_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")


def to_clean_utf8(data: bytes, limits: Limits) -> tuple[bytes, set[Remark]]:
    """UTF-8 without byte order mark, declaration or forbidden characters, and what had to be repaired."""
    if not data.strip(b" \t\r\n\0"):
        raise Refused(Refusal.EMPTY)
    if len(data) > limits.size_bytes:
        raise Refused(Refusal.TOO_BIG)
    text, remarks = _utf8(data)
    clean = text.translate(None, FORBIDDEN)
    if len(clean) != len(text):
        remarks.add(Remark.TEXT_REPAIRED)
    clean = clean.lstrip().removeprefix(codecs.BOM_UTF8).lstrip()
    if HTML.match(clean[:4000]):
        raise Refused(Refusal.HTML)
    if not clean.startswith(b"<"):
        raise Refused(Refusal.NOT_GPX if clean else Refusal.EMPTY)
    if b"<!DOCTYPE" in clean or b"<!ENTITY" in clean:
        raise Refused(Refusal.DOCTYPE)
    if OVERLONG_TAG.search(clean):
        raise Refused(Refusal.TOO_COMPLEX)
    return DECLARATION.sub(b"", clean, count=1), remarks


def _utf8(data: bytes) -> tuple[bytes, set[Remark]]:
    """What is UTF-8 is UTF-8, whatever it declares; then marks, zero bytes, the declaration, a guess."""
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), None)
    if encoding is None:
        encoding = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(data.lstrip(b" \t\r\n")[:2], "utf-8")
    try:
        text = data.decode(encoding)
        if encoding == "utf-8":
            return data.removeprefix(codecs.BOM_UTF8), set()
        return text.removeprefix("\ufeff").encode("utf-8"), set()
    except UnicodeError:
        if encoding != "utf-8":
            # cut in the middle of a character, or a lone surrogate
            text = data.decode(encoding, "replace").removeprefix("\ufeff")
            return text.encode("utf-8", "replace"), {Remark.ENCODING_REPAIRED}
    declared = DECLARED.search(data[:400])
    for name in ((declared[1].decode("ascii") if declared else VIETNAMESE), VIETNAMESE, "latin-1"):
        try:
            known = codecs.lookup(name).name
            if PLAIN_CODECS.match(known) is None:
                continue
            right = declared is not None and name == declared[1].decode("ascii")
            return data.decode(known).encode("utf-8"), set() if right else {Remark.ENCODING_REPAIRED}
        except (LookupError, UnicodeError):
            continue
    return data.decode("latin-1").encode("utf-8"), {Remark.ENCODING_REPAIRED}


def mended(clean: bytes) -> bytes:
    """Ampersands that begin nothing known, as in <name>Bãi & biển</name> or &nbsp;, written properly."""
    return STRAY_AMPERSAND.sub(b"&amp;", clean, count=MOST_MENDED)
