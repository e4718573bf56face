"""Templates bring nothing from outside, style nothing in place, and use what they import."""

import re
import unicodedata
from pathlib import Path

import pytest

OUTSIDE = re.compile(
    r"""(?:src|href|action|srcset|poster|url)\s*[=(]\s*["']?\s*(?:https?:)?//""", re.IGNORECASE
)
STYLE = re.compile(r"<style|\sstyle\s*=", re.IGNORECASE)
HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)(?![^>]*nonce=)", re.IGNORECASE)
COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
IMPORTED = re.compile(
    r"{%-?\s*from\s+[\"'][^\"']+[\"']\s+import\s+(.+?)\s*(?:with(?:out)? context\s*)?-?%}", re.DOTALL
)
IMPORTED_WHOLE = re.compile(r"{%-?\s*import\s+[\"'][^\"']+[\"']\s+as\s+(\w+)")
NAMED = re.compile(r"{%-?\s*(?:extends|include|import|from)\s+[\"']([^\"']+)[\"']")


def templates(root: Path) -> dict[str, str]:
    folder = root / "templates"
    found = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.html")
    }
    assert found
    return {name: COMMENT.sub("", text) for name, text in found.items()}


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an address outside", OUTSIDE),
        ("style in place", STYLE),
        ("a handler in place", HANDLER),
        ("a script in place", INLINE_SCRIPT),
    ],
)
def test_no_template_has(root: Path, what: str, pattern: re.Pattern):
    assert [name for name, text in templates(root).items() if pattern.search(text)] == [], what


def test_escaping_is_switched_off_only_for_our_own_drawings(root: Path):
    unescaped = re.compile(r"\|\s*safe\b|{%-?\s*autoescape\s+false")
    found = [name for name, text in templates(root).items() if unescaped.search(text)]
    assert found == ["components/icons.html"]


def test_everything_imported_is_used(root: Path):
    unused = []
    for name, text in templates(root).items():
        names = [
            one.split(" as ")[-1].strip() for found in IMPORTED.findall(text) for one in found.split(",")
        ]
        for macro in names + IMPORTED_WHOLE.findall(text):
            if len(re.findall(rf"\b{re.escape(macro)}\b", text)) < 2:
                unused.append(f"{name}: {macro}")
    assert unused == []


def test_every_template_named_by_another_or_by_a_view_exists_and_every_template_is_named(root: Path):
    files = templates(root)
    named = {target for text in files.values() for target in NAMED.findall(text)}
    for path in (root / "patrol").rglob("*.py"):
        named |= set(re.findall(r"[\"']([\w/.-]+\.html)[\"']", path.read_text(encoding="utf-8")))
    assert sorted(named - set(files)) == []
    assert sorted(set(files) - named) == []


def test_vietnamese_is_written_in_one_way(root: Path):
    assert [
        name for name, text in templates(root).items() if not unicodedata.is_normalized("NFC", text)
    ] == []
