"""One finding: what it is called, and what came of it in the weeks after."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from ..accounts.queries import scope_of
from ..accounts.rules import Permission
from ..errors import Invalid
from ..extensions import db
from ..history.queries import changes_of, redactions_of
from ..web.access import allow
from . import services
from .forms import parse_outcome, parse_reclassification
from .queries import categories, every_outcome_of, finding_to_open
from .rules import OutcomeCode

bp = Blueprint("findings", __name__)

AT = "/vu-viec/<int:finding_id>"


@bp.get(AT)
@allow(Permission.SEE_PATROLS)
def show(finding_id: int) -> Any:
    return _show(_finding(finding_id))


@bp.post(f"{AT}/ket-qua")
@allow(Permission.FOLLOW_UP_FINDINGS)
def add_outcome(finding_id: int) -> Any:
    finding = _finding(finding_id)
    try:
        services.add_outcome(finding, parse_outcome(request.form, found_on=finding.found_on), by=current_user)
    except Invalid as wrong:
        return _again(finding_id, wrong)
    db.session.commit()
    flash("Đã ghi kết quả xử lý.", "done")
    return redirect(url_for("findings.show", finding_id=finding_id))


@bp.post(f"{AT}/ket-qua/<int:outcome_id>/bo")
@allow(Permission.FOLLOW_UP_FINDINGS)
def take_back_outcome(finding_id: int, outcome_id: int) -> Any:
    services.take_back_outcome(_finding(finding_id), outcome_id, by=current_user)
    db.session.commit()
    flash("Đã bỏ kết quả ghi nhầm. Diễn biến vẫn giữ.", "done")
    return redirect(url_for("findings.show", finding_id=finding_id))


@bp.post(f"{AT}/doi-loai")
@allow(Permission.FOLLOW_UP_FINDINGS)
def reclassify(finding_id: int) -> Any:
    """Figures follow at once; what the finding was called before, and why it changed, stays in its history."""
    try:
        services.reclassify(_finding(finding_id), *parse_reclassification(request.form), by=current_user)
    except Invalid as wrong:
        return _again(finding_id, wrong)
    db.session.commit()
    flash("Đã đổi loại. Số liệu tính theo loại mới.", "done")
    return redirect(url_for("findings.show", finding_id=finding_id))


def _finding(finding_id: int) -> Any:
    return finding_to_open(finding_id, seen_by=scope_of(current_user))


def _again(finding_id: int, wrong: Invalid) -> Any:
    """The page with what was typed and what is wrong with it."""
    db.session.rollback()
    return _show(_finding(finding_id), errors=wrong.fields), wrong.status


def _show(finding: Any, *, errors: Mapping[str, str] | None = None) -> Any:
    outcomes = every_outcome_of([finding])
    subjects = {"findings": [finding.id], "finding_outcomes": [outcome.id for outcome in outcomes]}
    return render_template(
        "findings/show.html",
        finding=finding,
        taken_back=[outcome for outcome in outcomes if outcome.is_withdrawn],
        may_follow_up=services.may_follow_up(by=current_user),
        categories=[each for each in categories(on=finding.found_on) if each.code != finding.category_code],
        codes=list(OutcomeCode),
        history=changes_of(subjects),
        redactions=redactions_of(subjects),
        errors=errors or {},
        asked=request.endpoint if errors else "",
        typed=request.form if errors else {},
    )
