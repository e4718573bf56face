"""Static files under a version: /static/<v>/<path>, where <v> changes when any file does.

A matching version may be kept for a year; any other version gets the same file and must ask again. Relative imports of
our JavaScript modules inherit the version, so no bundler is needed. Text is compressed once, at start.

What static/joined.toml names is served in one piece too. A page names what it can't be shown without by early() instead
of asset(): the browser is told in the header, before it has read the page.
"""

import gzip
import hashlib
import mimetypes
import tomllib
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Response, abort, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from .joining import module_of, styles_of
from .libraries import libraries

YEAR = 31_536_000
JOINED = "joined.toml"
EARLY = {
    "style": "rel=preload; as=style",
    "script": "rel=preload; as=script",
    "module": "rel=modulepreload",
}
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
        self.files |= _joined(self.files.pop(JOINED, b"").decode(), self.files)
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


def _joined(told: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The pieces a joined.toml asks for, of these files."""
    asked = tomllib.loads(told)
    scripts = {name: module_of(entry, files) for name, entry in asked.get("scripts", {}).items()}
    beside = {name: f"../{name}" for name in files}  # as every sheet in css/ says it
    styles = {name: styles_of(names, files, beside) for name, names in asked.get("styles", {}).items()}
    return {name: text.encode() for name, text in (scripts | styles).items()}


class NoSessionInAssets(SecureCookieSessionInterface):
    """A file everybody keeps carries no cookie, and doesn't depend on one: else each new cookie fetches all again."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "web.static_file":
            super().save_session(app, session, response)


def init_app(app: Flask, folder: Path) -> None:
    app.session_interface = NoSessionInAssets()
    assets = Assets(folder, libraries())
    app.extensions["assets"] = assets

    def early(name: str, kind: str) -> str:
        """The address of a style, script or module, which the answer's header names as well."""
        g.setdefault("early", {})[address := assets.url(name)] = EARLY[kind]
        return address

    app.jinja_env.globals |= {"asset": assets.url, "early": early}

    @app.after_request
    def tell_early(response: Response) -> Response:
        if named := g.pop("early", None):
            response.headers["Link"] = ", ".join(f"<{address}>; {how}" for address, how in named.items())
        return response

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
