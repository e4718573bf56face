"""The book of tips, for whoever sent or received them. Every look at one is written down."""

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
from ..findings.queries import categories
from ..findings.rules import OutcomeCode
from ..parsing import nested
from ..units import queries as register
from ..web.access import allow
from . import forms, queries, services
from .rules import Judgement, TipFilter, TipOutcome, Urgency, Void

bp = Blueprint("tips", __name__)

PER_PAGE = 20


@bp.get("/nguon-tin")
@allow(Permission.SEE_TIPS, hidden=True, is_logged=True)
def index() -> Any:
    """The list, narrowed by what stands in its address."""
    scope = scope_of(current_user)
    try:
        (wanted, page), errors = forms.parse_filter(request.args), {}
    except Invalid as wrong:
        wanted, page = TipFilter(), 1
        errors = {name.replace("_", "-"): why for name, why in wrong.fields.items()}
    found, total = queries.tip_page(wanted, seen_by=scope, page=page, per_page=PER_PAGE)
    services.note_reading(found, by=current_user)
    shown = render_template(
        "tips/index.html",
        tips=found,
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        scope=scope,
        values={name: request.args[name] for name in forms.FILTERS if name in request.args},
        errors=errors,
        forces=register.forces(),
        categories=categories(),
        judgements=list(Judgement),
    )
    db.session.commit()
    return shown, 422 if errors else 200


@bp.get("/nguon-tin/moi")
@allow(Permission.KEEP_TIPS, hidden=True)
def new() -> Any:
    """An empty line of the book, named by its own id, so that a double tap writes it once."""
    blank = {
        "client_id": str(uuid4()),
        "passed_on": clock.today().strftime("%d/%m/%Y"),
        "urgency": Urgency.ROUTINE,
    }
    return _form(blank | {"from_unit_id": current_user.unit_id})


@bp.post("/nguon-tin/moi")
@allow(Permission.KEEP_TIPS, hidden=True)
def create() -> Any:
    try:
        draft = forms.parse_tip(
            request.form,
            units={unit.id for unit in register.units(with_force=True)},
            categories={category.code for category in categories()},
            today=clock.today(),
        )
        tip = services.record_tip(draft, by=current_user, seen_by=scope_of(current_user))
    except Invalid as wrong:
        db.session.rollback()
        return _form(request.form, errors=wrong.fields, status=wrong.status)
    db.session.commit()
    flash("Đã ghi nguồn tin.", "done")
    return redirect(url_for("tips.show", tip_id=tip.id))


@bp.get("/nguon-tin/<int:tip_id>")
@allow(Permission.SEE_TIPS, hidden=True, is_logged=True)
def show(tip_id: int) -> Any:
    return _show(tip_id)


@bp.post("/nguon-tin/<int:tip_id>/tiep-nhan")
@allow(Permission.KEEP_TIPS, hidden=True)
def acknowledge(tip_id: int) -> Any:
    services.acknowledge(_tip(tip_id), by=current_user, seen_by=scope_of(current_user))
    db.session.commit()
    flash("Đã ghi tiếp nhận.", "done")
    return redirect(url_for("tips.show", tip_id=tip_id))


@bp.post("/nguon-tin/<int:tip_id>/danh-gia")
@allow(Permission.KEEP_TIPS, hidden=True)
def judge(tip_id: int) -> Any:
    def act(tip: Any) -> None:
        is_valued, outcome = forms.parse_judgement(request.form)
        services.judge(tip, is_valued, outcome, by=current_user, seen_by=scope_of(current_user))

    return _act(tip_id, act, "Đã ghi đánh giá.")


@bp.post("/nguon-tin/<int:tip_id>/xac-minh")
@allow(Permission.KEEP_TIPS, hidden=True)
def verify(tip_id: int) -> Any:
    def act(tip: Any) -> None:
        draft = forms.parse_verification(
            {**request.form, "unit_ids": request.form.getlist("unit_ids")},
            units={unit.id for unit in register.units(with_force=True)},
            passed_on=tip.passed_on,
            today=clock.today(),
        )
        services.verify(tip, draft, by=current_user, seen_by=scope_of(current_user))

    return _act(tip_id, act, "Đã ghi lần kiểm tra, xác minh.")


@bp.post("/nguon-tin/<int:tip_id>/vu-viec")
@allow(Permission.KEEP_TIPS, hidden=True)
def add_case(tip_id: int) -> Any:
    def act(tip: Any) -> None:
        draft = forms.parse_case(nested(request.form), passed_on=tip.passed_on, today=clock.today())
        services.add_case(tip, draft, by=current_user, seen_by=scope_of(current_user))

    return _act(tip_id, act, "Đã ghi vụ việc phát hiện qua nguồn tin này.")


@bp.post("/nguon-tin/<int:tip_id>/gan-vu-viec")
@allow(Permission.KEEP_TIPS, hidden=True)
def link_case(tip_id: int) -> Any:
    def act(tip: Any) -> None:
        finding_id = forms.parse_link(request.form)
        services.link_case(tip, finding_id, by=current_user, seen_by=scope_of(current_user))

    return _act(tip_id, act, "Đã gắn vụ việc. Vụ việc vẫn chỉ được đếm một lần.")


@bp.post("/nguon-tin/<int:tip_id>/bo")
@allow(Permission.KEEP_TIPS, hidden=True)
def void(tip_id: int) -> Any:
    def act(tip: Any) -> None:
        services.void(tip, forms.parse_void(request.form), by=current_user, seen_by=scope_of(current_user))

    return _act(tip_id, act, "Đã bỏ khỏi số liệu. Bản ghi vẫn được giữ.")


def _act(tip_id: int, act: Any, done: str) -> Any:
    """Do one thing to a tip and come back to it, or show it again with what was wrong."""
    try:
        act(_tip(tip_id))
    except Invalid as wrong:
        db.session.rollback()
        return _show(
            tip_id, values=request.form, errors=wrong.fields, asked=request.endpoint, status=wrong.status
        )
    db.session.commit()
    flash(done, "done")
    return redirect(url_for("tips.show", tip_id=tip_id))


def _tip(tip_id: int) -> Any:
    return queries.tip_to_open(tip_id, seen_by=scope_of(current_user))


def _form(values: Mapping[str, Any], *, errors: Mapping[str, str] | None = None, status: int = 200) -> Any:
    page = render_template(
        "tips/form.html",
        values=values,
        errors=errors or {},
        units=register.units(with_force=True),
        categories=categories(),
        urgencies=list(Urgency),
    )
    return page, status


def _show(
    tip_id: int,
    *,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    asked: str | None = None,
    status: int = 200,
) -> Any:
    scope = scope_of(current_user)
    tip = _tip(tip_id)
    services.note_reading([tip], by=current_user)
    known = {"by": current_user, "seen_by": scope}
    page = render_template(
        "tips/show.html",
        tip=tip,
        forces={force.code: force for force in register.forces()},
        history=events_about("tips", tip.id),
        units=register.units(with_force=True),
        categories=categories(),
        near=queries.cases_near(tip, seen_by=scope),
        may_keep=services.may_keep(tip, **known),
        may_acknowledge=services.may_acknowledge(tip, **known),
        may_judge=services.may_judge(tip, **known),
        may_void=services.may_void(tip, **known),
        blank={"client_id": str(uuid4())},
        values=values if values is not None else {},
        errors=errors or {},
        asked=asked or "",
        outcomes=list(TipOutcome),
        measures_taken=list(OutcomeCode),
        voids=list(Void),
    )
    db.session.commit()
    return page, status
