"""How the system is, for a clerk; the same for a program; and the certificate for phones."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request

from .. import clock
from ..accounts.rules import Permission
from ..retention.queries import outlived_photos, outlived_tracks
from ..safety.qr import drawn
from ..web.access import allow
from ..web.requests import counts
from .machine import fingerprint
from .metrics import exposition
from .rules import is_token, worst
from .signs import Whereabouts, read_signs

bp = Blueprint("health", __name__)


def whereabouts() -> Whereabouts:
    settings = current_app.config["PATROL"]
    return Whereabouts(
        backups=Path(settings.BACKUP_DIR),
        media=Path(settings.MEDIA_DIR),
        address=settings.PUBLIC_URL,
        ca_file=settings.CA_FILE,
    )


@bp.get("/tinh-trang")
@allow(Permission.SEE_HEALTH)
def index() -> Any:
    """Backup, disk, clock, certificate, audit trail, phones: how each is, and what to do."""
    found = read_signs(whereabouts())
    return render_template(
        "health/index.html",
        signs=found,
        whole=worst(sign.light for sign in found.values()),
        outlived=(outlived_tracks(), outlived_photos()),
        now=clock.now(),
        version=current_app.config["VERSION"],
    )


@bp.get("/metrics")
def metrics() -> Any:
    """The same as numbers, for whoever holds the token. There is no such page while no token is set."""
    if not is_token(request.headers.get("Authorization", ""), current_app.config["PATROL"].METRICS_TOKEN):
        abort(404)
    text = exposition(read_signs(whereabouts()), counts(), now=clock.now())
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


@bp.get("/chung-chi")
def certificate() -> Any:
    """The three steps by which a phone comes to trust this machine. Public: without them there is no signing in."""
    settings = current_app.config["PATROL"]
    return render_template(
        "health/certificate.html",
        fingerprint=fingerprint(settings.CA_FILE),
        here=request.base_url,
        address=settings.PUBLIC_URL or f"https://{request.host}",
        drawn=drawn,
    )


@bp.get("/chung-chi/tuyen-bien.crt")
def certificate_file() -> Any:
    """The root certificate itself: it is no secret."""
    path = current_app.config["PATROL"].CA_FILE
    if not fingerprint(path):
        abort(404)
    answer = Response(Path(path).read_bytes(), content_type="application/x-x509-ca-cert")
    answer.headers["Content-Disposition"] = "attachment; filename=tuyen-bien.crt"
    return answer
