"""The audit trail, for kiểm tra only."""

from typing import Any

from flask import Blueprint, render_template, request

from ..text import clean
from ..web.access import allow
from .queries import latest_events

bp = Blueprint("audit", __name__)

PER_PAGE = 50


@bp.get("/nhat-ky")
@allow("see_audit")
def index() -> Any:
    """Who did what, newest first."""
    typed = request.args.get("trang", "")
    page = max(1, int(typed)) if typed.isdecimal() and len(typed) < 8 else 1
    action = clean(request.args.get("viec", ""))
    events, total = latest_events(page=page, per_page=PER_PAGE, action=action)
    return render_template(
        "audit/index.html",
        events=events,
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        action=action,
    )
