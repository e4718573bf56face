"""Static files under a version: /static/<v>/<path>, where <v> changes when any file does.

A matching version may be kept for a year; any other version gets the same file and must ask again. Relative imports of
our JavaScript modules inherit the version, so no bundler is needed. Text is compressed once, at start.

A module of JOINED stands a second time beside itself, as <name>.whole.js, with everything it imports in it.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Response, abort, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from .joining import module_of
from .libraries import libraries

YEAR = 31_536_000
JOINED = ("js/modules/coastmap/map.js", "js/modules/coastmap/desk.js")
TEXT = {".css", ".js", ".svg", ".webmanifest", ".geojson", ".json"}
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("application/geo+json", ".geojson")
mimetypes.add_type("image/webp", ".webp")


class Assets:
    """All static files in memory, with their version: our own of a folder, and others by name."""

    def __init__(self, folder: Path, others: Mapping[str, bytes] | None = None):
        self.files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        } | dict(others or {})
        self.files |= {
            f"{name.removesuffix('.js')}.whole.js": module_of(name, self.files).encode()
            for name in JOINED
            if name in self.files
        }
        digest = hashlib.sha256()
        for name, content in self.files.items():
            digest.update(name.encode() + b"\0" + content + b"\0")
        self.version = digest.hexdigest()[:12]
        self.gzipped = {
            name: gzip.compress(content, 9, mtime=0)
            for name, content in self.files.items()
            if Path(name).suffix in TEXT and len(content) > 500
        }

    def url(self, name: str) -> str:
        """The address of a file; an unknown name is a bug and raises KeyError."""
        self.files[name]
        return f"/static/{self.version}/{name}"


class NoSessionInAssets(SecureCookieSessionInterface):
    """A file everybody keeps carries no cookie, and doesn't depend on one: else each new cookie fetches all again."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "web.static_file":
            super().save_session(app, session, response)


def init_app(app: Flask, folder: Path) -> None:
    app.session_interface = NoSessionInAssets()
    assets = Assets(folder, libraries())
    app.extensions["assets"] = assets
    app.jinja_env.globals["asset"] = assets.url

    def static_file(version: str, name: str) -> Response:
        content = assets.files.get(name)
        if content is None:
            abort(404)
        response = Response(content, content_type=_content_type(name))
        if name in assets.gzipped:
            response.vary.add("Accept-Encoding")
            if "gzip" in request.accept_encodings:
                response.set_data(assets.gzipped[name])
                response.content_encoding = "gzip"
        if version == assets.version:
            response.cache_control.public = True
            response.cache_control.max_age = YEAR
            response.cache_control.immutable = True
        else:
            response.cache_control.no_cache = True
            response.set_etag(assets.version)
            response.make_conditional(request)
        return response

    app.add_url_rule("/static/<version>/<path:name>", "web.static_file", static_file)


def _content_type(name: str) -> str:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") or kind.endswith(("json", "xml")) else kind
