"""Files as they are posted. No Flask: what comes is anything with a name and a stream."""

from collections.abc import Iterable
from typing import Any

from ..text import clean

LONGEST_NAME = 60


def parse_files(posted: Iterable[Any], *, longest: int) -> list[tuple[str, bytes]]:
    """Name and bytes of every file that was really chosen; of one too long, only as much as shows it."""
    files = []
    for each in posted:
        if each.filename:
            files.append((short_name(each.filename), each.stream.read(longest + 1)))
        each.close()
    return files


def short_name(name: str) -> str:
    """The name without folders, one line, short enough to show."""
    name = " ".join(clean(name.replace("\\", "/").rpartition("/")[2]).split()) or "tệp không tên"
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 12]}…{name[-11:]}"
