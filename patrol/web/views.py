"""Health, and the colour of the screen."""

from typing import Any
from urllib.parse import urlsplit

from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ..extensions import db

bp = Blueprint("web", __name__)

YEAR = 31_536_000


@bp.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Whether the log can work: 200 with the state of database and schema, 503 when the database can't be reached."""
    answer = {"status": "ok", "version": current_app.config["VERSION"], "database": "ok", "schema": "current"}
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return jsonify(answer | {"status": "failing", "database": "unreachable", "schema": "unknown"}), 503
    head = ScriptDirectory(current_app.extensions["migrate"].directory).get_current_head()
    try:
        held = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        held = None
    if held != head:
        answer |= {"status": "needs upgrade", "schema": "empty" if held is None else "behind"}
    return jsonify(answer), 200


@bp.post("/giao-dien")
def set_theme() -> Any:
    """Remember the colours in a cookie of this browser and go back to the page."""
    response = make_response(redirect(local_path(request.form.get("back", ""))))
    response.set_cookie(
        "giao_dien",
        request.form.get("theme", "auto")[:10],
        max_age=YEAR,
        samesite="Lax",
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def local_path(wanted: str) -> str:
    """The path to go back to, if it is one of ours; the first page otherwise."""
    try:
        parts = urlsplit(wanted)
    except ValueError:  # an unfinished IPv6 address
        return "/"
    if parts.scheme or parts.netloc or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return "/"
    return wanted.removesuffix("?")
