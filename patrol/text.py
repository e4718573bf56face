"""Vietnamese text made comparable: NFC for keeping, folded for searching. No Flask here."""

import unicodedata


def clean(text: str) -> str:
    """Text as it is kept: NFC, no control characters, no space at the ends, single spaces inside a line."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(char for char in text if char.isspace() or unicodedata.category(char)[0] != "C")
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()


def folded(text: str) -> str:
    """Text as it is searched: lower case, without accents, đ as d, so 'danh bac' finds 'Đánh bạc'."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())
