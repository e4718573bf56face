"""The phone log's shell: one page without anybody's data, its worker, its manifest. The database is never asked."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, Response, current_app, request
from markupsafe import Markup

from ..web.joining import script_of, styles_of
from ..web.security import let_inside
from .rules import worker_of

bp = Blueprint("phone", __name__)

ENTRY = "js/modules/phone/start.js"
COLOURS = "js/modules/phone/colours.js"
STYLES = ("css/house.whole.css", "css/phone.css")
BESIDES = ("img/mark.svg", "img/wave.svg", "img/icon-192.png")
ADDRESS = "/phone"


@dataclass(frozen=True)
class Shell:
    """What is served, made once of the static files and the template: the same for everybody."""

    page: bytes
    scripts: tuple[str, ...]
    styles: str
    worker: str
    manifest: str


def shell() -> Shell:
    made: Shell | None = current_app.extensions.get("phone_shell")
    if made is None:
        made = current_app.extensions["phone_shell"] = _make()
    return made


def _make() -> Shell:
    assets = current_app.extensions["assets"]
    colours, script = assets.files[COLOURS].decode(), script_of(ENTRY, assets.files)
    styles = styles_of(STYLES, assets.files, {name: assets.url(name) for name in BESIDES})
    template = current_app.jinja_env.get_template("phone/shell.html")
    page = template.render(  # no context: it may hold nobody's data
        version=hashlib.sha256((colours + script + styles).encode()).hexdigest()[:7],
        colours=Markup(f"<script>{colours}</script>"),
        script=Markup(f"<script>{script}</script>"),
        styles=Markup(f"<style>{styles}</style>"),
    ).encode()
    kept = [ADDRESS, *(assets.url(name) for name in BESIDES)]
    manifest = json.loads(assets.files["phone.webmanifest"])
    for icon in manifest["icons"]:
        icon["src"] = assets.url(icon["src"])
    worker = worker_of(assets.files["sw.js"], page, kept)
    return Shell(page, (colours, script), styles, worker, json.dumps(manifest, ensure_ascii=False))


@bp.get(ADDRESS)
def index() -> Response:
    made = shell()
    let_inside(scripts=made.scripts, styles=(made.styles,))
    return _answer(made.page, "text/html")


@bp.get("/sw.js")
def worker() -> Response:
    """The worker, or the one that takes every worker away (PHONE_OFFLINE=0)."""
    if not current_app.config["PATROL"].PHONE_OFFLINE:
        return _answer(current_app.extensions["assets"].files["sw-off.js"], "text/javascript")
    return _answer(shell().worker.encode(), "text/javascript")


@bp.get("/manifest.webmanifest")
def manifest() -> Response:
    return _answer(shell().manifest.encode(), "application/manifest+json")


def _answer(content: bytes, kind: str) -> Response:
    """Asked for again each time, answered with 304 when nothing changed; packed, as there is no secret in it."""
    response = Response(content, content_type=f"{kind}; charset=utf-8")
    response.vary.add("Accept-Encoding")
    if "gzip" in request.accept_encodings:
        response.set_data(_packed(content))
        response.content_encoding = "gzip"
    response.cache_control.no_cache = True
    response.set_etag(hashlib.sha256(content).hexdigest()[:16])
    response.make_conditional(request)
    return response


@lru_cache(maxsize=8)
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
