"""Pages made for A4: one patrol as a page of the paper book, and a night, a week, a month as a list."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request
from flask_login import current_user

from .. import clock
from ..accounts.queries import scope_of
from ..accounts.rules import Permission
from ..errors import Invalid
from ..findings.queries import findings_of, findings_of_many
from ..logbook.forms import FILTERS, parse_filter
from ..patrols import queries as patrols, services
from ..patrols.rules import COUNTED, PatrolFilter
from ..units import queries as register
from ..web.access import allow
from .rules import MOST_LINES, handy_periods, sums_of

bp = Blueprint("printing", __name__)


@bp.get("/tuan-tra/<int:patrol_id>/in")
@allow(Permission.SEE_PATROLS)
def one(patrol_id: int) -> Any:
    """A page of the patrol book, with room for the signatures."""
    patrol = patrols.patrol_to_open(patrol_id, seen_by=scope_of(current_user))
    return render_template(
        "printing/one.html",
        patrol=patrol,
        findings=findings_of(patrol),
        forces={force.code: force for force in register.forces()},
        present=services.draft_of(patrol).forces,
        printed_at=clock.now(),
    )


@bp.get("/tuan-tra/in")
@allow(Permission.SEE_PATROLS)
def many() -> Any:
    """The patrols of a list, oldest first, with their sums; this month when no day is given."""
    scope = scope_of(current_user)
    periods = handy_periods(clock.today())
    programmes = register.programmes()
    _, first, last = periods[4]
    try:
        wanted, _ = parse_filter(request.args, programme_ids={each.code: each.id for each in programmes})
        errors = {}
    except Invalid as wrong:
        wanted, errors = PatrolFilter(), {name.replace("_", "-"): why for name, why in wrong.fields.items()}
    if wanted.first is None and wanted.last is None:
        wanted = replace(wanted, first=first, last=last)
    found = patrols.oldest_first(wanted, seen_by=scope, limit=MOST_LINES + 1)
    lines = found[:MOST_LINES]
    openable = patrols.ids_to_open(lines, seen_by=scope)
    findings = findings_of_many([patrol for patrol in lines if patrol.id in openable])
    return render_template(
        "printing/many.html",
        patrols=lines,
        are_more=len(found) > MOST_LINES,
        openable=openable,
        findings=findings,
        sums=sums_of(
            lines,
            (
                (finding.category_name, measure.code, measure.quantity)
                for patrol in lines
                if patrol.status in COUNTED
                for finding in findings.get(patrol.id, [])
                for measure in finding.measures
            ),
        ),
        forces={force.code: force for force in register.forces()},
        scope=scope,
        wanted=wanted,
        periods=periods,
        errors=errors,
        values={name: request.args[name] for name in FILTERS if request.args.get(name, "").strip()},
        programme=next((each for each in programmes if each.id == wanted.programme_id), None),
        stretch=next((each for each in register.stretches() if each.id == wanted.stretch_id), None),
        printed_at=clock.now(),
    ), 422 if errors else 200
