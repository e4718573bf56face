"""The register of models: as it stands on a day, a new one, a changed one, one that ended."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from .. import clock, wording
from ..accounts.queries import scope_of
from ..accounts.rules import Permission
from ..audit.queries import events_about
from ..errors import Conflict, Invalid
from ..extensions import db
from ..text import clean
from ..units import queries as register
from ..web.access import allow
from . import forms, queries, services
from .rules import SchemeDraft, SchemeFilter, Standing

bp = Blueprint("schemes", __name__)

PER_PAGE = 20


@bp.get("/mo-hinh")
@allow(Permission.SEE_REGISTERS)
def index() -> Any:
    """The stock on a day, today unless said."""
    scope, today = scope_of(current_user), clock.today()
    try:
        (wanted, page), errors = forms.parse_filter(request.args, today=today), {}
    except Invalid as wrong:
        wanted, page = SchemeFilter(today), 1
        errors = {name.replace("_", "-"): why for name, why in wrong.fields.items()}
    found, total = queries.scheme_page(wanted, seen_by=scope, page=page, per_page=PER_PAGE)
    shown = render_template(
        "schemes/index.html",
        models=found,
        total=total,
        wanted=wanted,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        scope=scope,
        values={name: request.args[name] for name in forms.FILTERS if name in request.args},
        errors=errors,
        kinds=queries.kinds(),
        areas=register.areas(),
        units=register.units(),
        standings=list(Standing),
    )
    return shown, 422 if errors else 200


@bp.get("/mo-hinh/moi")
@allow(Permission.KEEP_REGISTERS)
def new() -> Any:
    """An empty page, named by its own id, so that a double tap stores it once."""
    return _form({"client_id": str(uuid4()), "unit_id": current_user.unit_id})


@bp.post("/mo-hinh/moi")
@allow(Permission.KEEP_REGISTERS)
def create() -> Any:
    try:
        draft = _draft(request.form)
        scheme = services.record_scheme(draft, by=current_user, seen_by=scope_of(current_user))
    except Invalid as wrong:
        db.session.rollback()
        return _form(request.form, errors=wrong.fields, status=wrong.status)
    db.session.commit()
    flash("Đã ghi mô hình.", "done")
    return redirect(url_for("schemes.show", scheme_id=scheme.id))


@bp.get("/mo-hinh/<int:scheme_id>")
@allow(Permission.SEE_REGISTERS)
def show(scheme_id: int) -> Any:
    return _show(scheme_id)


@bp.get("/mo-hinh/<int:scheme_id>/sua")
@allow(Permission.KEEP_REGISTERS)
def edit(scheme_id: int) -> Any:
    scheme = _scheme(scheme_id)
    return _form(_fields(scheme), scheme=scheme)


@bp.post("/mo-hinh/<int:scheme_id>/sua")
@allow(Permission.KEEP_REGISTERS)
def update(scheme_id: int) -> Any:
    scheme = _scheme(scheme_id)
    rev = request.form.get("rev", "")
    try:
        services.change_scheme(
            scheme,
            _draft({**request.form, "client_id": str(scheme.client_id)}),
            by=current_user,
            seen_by=scope_of(current_user),
            base_rev=int(rev) if rev.isdecimal() and len(rev) < 9 else 0,
        )
    except (Invalid, Conflict) as wrong:
        db.session.rollback()
        errors = wrong.fields if isinstance(wrong, Invalid) else {"rev": "conflict"}
        scheme = _scheme(scheme_id)
        return _form({**request.form, "rev": scheme.rev}, scheme=scheme, errors=errors, status=wrong.status)
    db.session.commit()
    flash("Đã lưu thay đổi.", "done")
    return redirect(url_for("schemes.show", scheme_id=scheme_id))


@bp.post("/mo-hinh/<int:scheme_id>/ket-thuc")
@allow(Permission.KEEP_REGISTERS)
def end(scheme_id: int) -> Any:
    def act(scheme: Any) -> None:
        day, because = forms.parse_end(request.form, founded_on=scheme.founded_on, today=clock.today())
        services.end_scheme(scheme, day, because, by=current_user, seen_by=scope_of(current_user))

    return _act(scheme_id, act, "Đã ghi mô hình kết thúc. Số mô hình của các ngày trước không đổi.")


@bp.post("/mo-hinh/<int:scheme_id>/huy")
@allow(Permission.KEEP_REGISTERS)
def cancel(scheme_id: int) -> Any:
    def act(scheme: Any) -> None:
        because = clean(request.form.get("why", ""))[:200]
        services.cancel_scheme(scheme, because, by=current_user, seen_by=scope_of(current_user))

    return _act(scheme_id, act, "Đã bỏ khỏi số liệu. Bản ghi vẫn được giữ.")


def _act(scheme_id: int, act: Any, done: str) -> Any:
    try:
        act(_scheme(scheme_id))
    except Invalid as wrong:
        db.session.rollback()
        return _show(
            scheme_id, values=request.form, errors=wrong.fields, asked=request.endpoint
        ), wrong.status
    db.session.commit()
    flash(done, "done")
    return redirect(url_for("schemes.show", scheme_id=scheme_id))


def _scheme(scheme_id: int) -> Any:
    return queries.scheme_to_open(scheme_id, seen_by=scope_of(current_user))


def _draft(raw: Mapping[str, Any]) -> SchemeDraft:
    return forms.parse_scheme(
        raw,
        kinds={kind.code for kind in queries.kinds()},
        areas={area.id for area in register.areas()},
        units=scope_of(current_user).unit_ids,
        today=clock.today(),
    )


def _fields(scheme: Any) -> dict[str, Any]:
    """A stored model as the fields of its form."""
    last = scheme.last_activity_on
    return {
        "rev": scheme.rev,
        "client_id": scheme.client_id,
        "kind": scheme.kind_code,
        "name": scheme.name,
        "area_id": scheme.area_id,
        "unit_id": scheme.unit_id,
        "founded_on": wording.day(scheme.founded_on),
        "members": scheme.members,
        "last_activity_on": wording.day(last) if last else "",
        "is_spread_wider": "1" if scheme.is_spread_wider else "",
    }


def _form(
    values: Mapping[str, Any],
    *,
    scheme: Any = None,
    errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Any:
    reached = scope_of(current_user).unit_ids
    page = render_template(
        "schemes/form.html",
        values=values,
        scheme=scheme,
        errors=errors or {},
        kinds=queries.kinds(),
        areas=register.areas(),
        units=[unit for unit in register.units() if unit.id in reached],
    )
    return page, status


def _show(
    scheme_id: int,
    *,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    asked: str = "",
) -> Any:
    scheme = _scheme(scheme_id)
    return render_template(
        "schemes/show.html",
        scheme=scheme,
        history=events_about("schemes", scheme.id),
        may_keep=services.may_keep(scheme, by=current_user, seen_by=scope_of(current_user)),
        values=values if values is not None else {},
        errors=errors or {},
        asked=asked,
    )
