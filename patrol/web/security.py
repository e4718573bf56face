"""Headers of every answer, and the refusal of writes that come from another site."""

import base64
import hashlib
import secrets
from collections.abc import Iterable

from flask import Flask, Response, g, request

from ..errors import DomainError

READING = {"GET", "HEAD", "OPTIONS"}

# The content security policy as data: nothing but our own origin, nothing inline but what a page names by fingerprint.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # not no-referrer: that would blank the Origin of our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": ", ".join(  # what the phone page needs, and nothing else a browser has
        [f"{name}=(self)" for name in ("camera", "geolocation", "screen-wake-lock")]
        + [
            f"{name}=()"
            for name in (
                "accelerometer",
                "browsing-topics",
                "display-capture",
                "gyroscope",
                "hid",
                "idle-detection",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "serial",
                "usb",
                "xr-spatial-tracking",
            )
        ]
    ),
}


HSTS = "max-age=15552000"  # half a year; this name only


def is_this_machine(host: str) -> bool:
    """Whether an address is the browser's own machine, which browsers trust without https."""
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return name in ("localhost", "127.0.0.1", "[::1]") or name.endswith(".localhost")


class CrossSite(DomainError):
    """A write that did not come from one of our own pages."""

    status, code = 403, "cross_site"


def nonce() -> str:
    """Lets the one script inside the page that is being made run: its policy names this word, used once."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return g.nonce


def take_images_from(origin: str) -> None:
    """Lets the page that is being made show pictures of this origin too, e.g. a map server the setting names."""
    g.image_origin = origin


def let_inside(*, scripts: Iterable[str], styles: Iterable[str]) -> None:
    """Lets exactly these texts stand inside the page that is being made: its policy names their fingerprints."""
    g.inside = {"script-src": tuple(scripts), "style-src": tuple(styles)}


def policy() -> str:
    """The content security policy of this answer."""
    allowed = dict(POLICY)
    if "nonce" in g:
        allowed["script-src"] += f" 'nonce-{g.nonce}'"
    if "image_origin" in g:
        allowed["img-src"] += f" {g.image_origin}"
    for name, texts in g.get("inside", {}).items():
        allowed[name] += "".join(f" '{_fingerprint(text)}'" for text in texts)
    return "; ".join(f"{name} {value}" for name, value in allowed.items())


def _fingerprint(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def comes_from_our_pages() -> bool:
    """Whether a write was sent by our own page, by what the browser says of its origin; silence means no."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin in (f"http://{request.host}", f"https://{request.host}")


def init_app(app: Flask) -> None:
    def refuse_other_sites() -> None:
        if request.method not in READING and not comes_from_our_pages():
            raise CrossSite

    def add_headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy())
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if app.config["SESSION_COOKIE_SECURE"] and request.is_secure:
            response.headers["Strict-Transport-Security"] = HSTS
        if not response.headers.get("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        return response

    app.before_request(refuse_other_sites)
    app.after_request(add_headers)
