"""The first page of each role, and the menu."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user

from .. import clock
from ..accounts.queries import scope_of
from ..accounts.rules import Permission, person_may
from ..arrivals.queries import unsent
from ..coastmap.rules import tonight
from ..coastmap.sketch import draw_work_area
from ..patrols import queries as patrols
from ..patrols.rules import Status
from ..totals.queries import Answer, Question, by_stretch, running_totals
from ..totals.rules import Period
from ..units import queries as register
from ..web.access import allow

bp = Blueprint("home", __name__)

MENU = (
    ("home.index", "Trang đầu", "home", Permission.SEE_PATROLS),
    ("logbook.new", "Ghi lượt", "plus", Permission.LOG_PATROL),
    ("logbook.index", "Sổ tuần tra", "book", Permission.SEE_PATROLS),
    ("coastmap.index", "Bản đồ", "map", Permission.SEE_PATROLS),
    ("totals.index", "Số liệu", "chart", Permission.SEE_PATROLS),
    ("phone.index", "Đi tuần", "phone", Permission.LOG_PATROL),
    ("reviews.index", "Hội nghị", "flag", Permission.SEE_PATROLS),
    ("tips.index", "Nguồn tin", "message", Permission.SEE_TIPS),
    ("schemes.index", "Mô hình", "shield", Permission.SEE_REGISTERS),
    ("commendations.index", "Khen thưởng", "medal", Permission.SEE_REGISTERS),
    ("accounts.index", "Tài khoản", "people", Permission.MANAGE_ACCOUNTS),
    ("administration.index", "Danh mục", "gear", Permission.MANAGE_REGISTER),
    ("health.index", "Tình trạng", "info", Permission.SEE_HEALTH),
    ("audit.index", "Nhật ký hệ thống", "list", Permission.SEE_AUDIT),
)


def menu_for(person: Any) -> list[dict[str, Any]]:
    """The places this person may go to."""
    return [
        {
            "label": label,
            "endpoint": endpoint,
            "icon": icon,
            "href": url_for(endpoint),
            "current": _is_here(endpoint),
        }
        for endpoint, label, icon, permission in MENU
        if person_may(person, permission)
    ]


def _is_here(endpoint: str) -> bool:
    if request.endpoint == endpoint:
        return True
    here = (request.endpoint or "").partition(".")[0]
    return endpoint == f"{here}.index" and request.endpoint != "logbook.new"


@bp.get("/")
@allow(Permission.OWN_ACCOUNT)
def index() -> Any:
    """What this role looks at first."""
    if person_may(current_user, Permission.MANAGE_ACCOUNTS):
        return redirect(url_for("accounts.index"))
    if person_may(current_user, Permission.SEE_AUDIT):
        return redirect(url_for("audit.index"))
    scope = scope_of(current_user)
    today = clock.today()
    programme = register.programme_by_code("tuyen_bien_binh_yen")
    question = (
        Question(period=Period.of_year(today.year), programme=programme, seen_by=scope) if programme else None
    )
    force = current_user.unit.force_code
    latest = patrols.latest_patrols(5, seen_by=scope)
    answer = running_totals(question) if question else None
    return render_template(
        "home/index.html",
        scope=scope,
        unsent=unsent(seen_by=scope),
        today=today,
        question=question,
        answer=answer,
        night=_night(answer) if answer and person_may(current_user, Permission.SEE_TRACKS) else None,
        mine=patrols.patrols_of_leader(
            current_user.id, statuses=(Status.RETURNED, Status.IN_PROGRESS), seen_by=scope
        ),
        waiting=patrols.patrols_waiting_for(force, seen_by=scope)
        if person_may(current_user, Permission.CONFIRM_PATROL)
        else [],
        latest=latest,
        openable=patrols.ids_to_open(latest, seen_by=scope),
    )


def _night(year: Answer) -> dict[str, Any]:
    """What a commander asks first: tonight's totals, who is still out, and the coast with the year's sorties on it."""
    first, last = tonight()
    scope = year.question.seen_by
    return {
        "first": first,
        "last": last,
        "answer": running_totals(replace(year.question, period=Period(first, last))),
        "out": patrols.count_by_status(first, last, seen_by=scope).get(Status.IN_PROGRESS, 0),
        "coast": draw_work_area(
            register.stretches(), {int(line.where["tuyen"]): line.sorties for line in by_stretch(year)}
        ),
    }
