"""Files under MEDIA_DIR, each named by the SHA-256 of its bytes, so that a name says what must be inside."""

import hashlib
import os
import tempfile
from pathlib import Path


def path_of(folder: Path, sha256: str) -> Path:
    """Where the photo with this hash lies: photos/ab/abcd….jpg."""
    return folder / "photos" / sha256[:2] / f"{sha256}.jpg"


def keep(folder: Path, content: bytes) -> str:
    """Put the bytes on the disk and return their hash; when this returns they survive a power cut.

    Written beside its place and renamed into it, so nobody ever sees half a file. The same bytes again are left alone.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(folder, sha256)
    if path.exists():
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")  # readable by us alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)  # only there when something went wrong
    for directory in (path.parent, path.parent.parent, folder):
        _make_durable(directory)
    return sha256


def _make_durable(directory: Path) -> None:
    """A new name in a directory is only safe once the directory itself is written."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
