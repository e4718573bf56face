"""The register of commendations: the list, a new one, one of them."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from .. import clock
from ..accounts.queries import scope_of
from ..accounts.rules import Permission
from ..audit.queries import events_about
from ..errors import Invalid
from ..extensions import db
from ..text import clean
from ..units import queries as register
from ..web.access import allow
from . import forms, queries, services
from .rules import Form, Occasion, Recipient

bp = Blueprint("commendations", __name__)

PER_PAGE = 20


@bp.get("/khen-thuong")
@allow(Permission.SEE_REGISTERS)
def index() -> Any:
    """The list, narrowed by what stands in its address."""
    scope = scope_of(current_user)
    try:
        (first, last, occasion, page), errors = forms.parse_filter(request.args), {}
    except Invalid as wrong:
        first, last, occasion, page, errors = None, None, None, 1, wrong.fields
    found, total = queries.commendation_page(
        first, last, occasion, seen_by=scope, page=page, per_page=PER_PAGE
    )
    shown = render_template(
        "commendations/index.html",
        commendations=found,
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        scope=scope,
        values={name: request.args[name] for name in forms.FILTERS if name in request.args},
        errors=errors,
        occasions=list(Occasion),
    )
    return shown, 422 if errors else 200


@bp.get("/khen-thuong/moi")
@allow(Permission.KEEP_REGISTERS)
def new() -> Any:
    """An empty page, named by its own id, so that a double tap stores it once."""
    return _form({"client_id": str(uuid4()), "occasion": Occasion.REVIEW, "unit_id": current_user.unit_id})


@bp.post("/khen-thuong/moi")
@allow(Permission.KEEP_REGISTERS)
def create() -> Any:
    every = {unit.id for unit in register.units()}
    try:
        draft = forms.parse_commendation(request.form, units=every, bodies=every, today=clock.today())
        commendation = services.record_commendation(draft, by=current_user, seen_by=scope_of(current_user))
    except Invalid as wrong:
        db.session.rollback()
        return _form(request.form, errors=wrong.fields, status=wrong.status)
    db.session.commit()
    flash("Đã ghi khen thưởng.", "done")
    return redirect(url_for("commendations.show", commendation_id=commendation.id))


@bp.get("/khen-thuong/<int:commendation_id>")
@allow(Permission.SEE_REGISTERS)
def show(commendation_id: int) -> Any:
    return _show(commendation_id)


@bp.post("/khen-thuong/<int:commendation_id>/huy")
@allow(Permission.KEEP_REGISTERS)
def cancel(commendation_id: int) -> Any:
    scope = scope_of(current_user)
    commendation = queries.commendation_to_open(commendation_id, seen_by=scope)
    because = clean(request.form.get("because", ""))[:200]
    try:
        services.cancel_commendation(commendation, because, by=current_user, seen_by=scope)
    except Invalid as wrong:
        db.session.rollback()
        return _show(commendation_id, errors=wrong.fields), wrong.status
    db.session.commit()
    flash("Đã bỏ khỏi số liệu. Bản ghi vẫn được giữ.", "done")
    return redirect(url_for("commendations.show", commendation_id=commendation_id))


def _show(commendation_id: int, *, errors: Mapping[str, str] | None = None) -> Any:
    scope = scope_of(current_user)
    commendation = queries.commendation_to_open(commendation_id, seen_by=scope)
    return render_template(
        "commendations/show.html",
        commendation=commendation,
        history=events_about("commendations", commendation.id),
        may_keep=services.may_keep(commendation, by=current_user, seen_by=scope),
        errors=errors or {},
    )


def _form(values: Mapping[str, Any], *, errors: Mapping[str, str] | None = None, status: int = 200) -> Any:
    page = render_template(
        "commendations/form.html",
        values=values,
        errors=errors or {},
        units=register.units(),
        recipients=list(Recipient),
        forms=list(Form),
        occasions=list(Occasion),
    )
    return page, status
