"""The worker of the phone log: which files it keeps, of which version. Pure."""

import hashlib
import json
from collections.abc import Iterable


def worker_of(source: bytes, shell: bytes, files: Iterable[str]) -> str:
    """The service worker with what it keeps written above it; another shell or file makes another version."""
    kept = list(files)
    digest = hashlib.sha256(source + shell + "\n".join(kept).encode()).hexdigest()[:12]
    named = {"VERSION": digest, "SHELL_SHA256": hashlib.sha256(shell).hexdigest(), "FILES": kept}
    above = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in named.items())
    return above + source.decode()
