"""Which files the phone keeps, and the worker that keeps them. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

IMPORT = re.compile(r"""^(?:import|export)\b[^'"();]*?["'](\.[^"']+)["']""", re.MULTILINE)


def modules_of(entry: str, files: Mapping[str, bytes]) -> list[str]:
    """The JavaScript file `entry` and everything it imports, however far down, in the order they are met."""
    found = [entry]
    for name in found:
        for target in IMPORT.findall(files[name].decode()):
            path = PurePosixPath(name).parent
            for step in PurePosixPath(target).parts:
                path = path.parent if step == ".." else path / step
            if path.as_posix() not in found:
                found.append(path.as_posix())
    return found


def worker_of(source: bytes, shell: bytes, files: Iterable[str]) -> str:
    """The service worker with the addresses it keeps written above it; another shell or file makes another version."""
    kept = list(files)
    digest = hashlib.sha256(source + shell + "\n".join(kept).encode()).hexdigest()[:12]
    return f"const VERSION = {json.dumps(digest)};\nconst FILES = {json.dumps(kept)};\n{source.decode()}"
