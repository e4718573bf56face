"""The audit trail, for kiểm tra only."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_login import current_user

from ..errors import Invalid
from ..extensions import db
from ..web.access import allow
from ..wording import ACTION
from .forms import TrailFilter, parse_filter, parse_published
from .queries import count_unsealed, head, last_action, latest_events, verify
from .services import note

bp = Blueprint("audit", __name__)

PER_PAGE = 50
SHOWN = 50  # problems of a check


@bp.get("/nhat-ky")
@allow("see_audit")
def index() -> Any:
    """Who did what, newest first, and how the chain over it stands."""
    try:
        wanted, errors = parse_filter(request.args), {}
    except Invalid as wrong:
        wanted, errors = TrailFilter(), wrong.fields
    typed = request.args.get("trang", "")
    page = max(1, int(typed)) if typed.isdecimal() and len(typed) < 8 else 1
    events, total = latest_events(
        page=page, per_page=PER_PAGE, action=wanted.action, actor=wanted.actor, day=wanted.day
    )
    shown = render_template(
        "audit/index.html",
        events=events,
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        values={name: request.args[name] for name in ("ai", "viec", "ngay") if request.args.get(name)},
        errors=errors,
        actions=sorted(ACTION.items(), key=lambda each: each[1]),
        head=head(),
        waiting=count_unsealed(),
        verified=last_action("audit.verified"),
    )
    return shown, 422 if errors else 200


@bp.post("/nhat-ky/kiem-tra")
@allow("see_audit")
def check() -> Any:
    """Check the whole chain now, against a head from outside when one is typed; that it was checked is written down."""
    errors: dict[str, str] = {}
    problems = None
    typed = request.form.get("dau_chuoi", "")
    try:
        published = parse_published(typed)
        problems = verify(*([published] if published else []))
        note("audit.verified", by=current_user, changes={"problems": [None, len(problems)]})
        db.session.commit()
    except Invalid as wrong:
        errors = dict(wrong.fields)
    shown = render_template(
        "audit/check.html",
        problems=problems,
        shown=SHOWN,
        compared=bool(typed.strip()),
        head=head(),
        values={"dau_chuoi": typed},
        errors=errors,
    )
    return shown, 422 if errors else 200
