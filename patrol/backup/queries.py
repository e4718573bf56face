"""What a backup says of the records it holds, so that they can be compared when they come back."""

from typing import Any

from sqlalchemy import extract, select

from ..accounts.rules import WHOLE_SYSTEM
from ..commendations.models import Commendation
from ..extensions import db
from ..findings.models import Finding
from ..patrols.models import Patrol
from ..schemes.models import Scheme
from ..tips.models import Tip
from ..totals.queries import Question, figures
from ..totals.rules import Period
from ..units.queries import programmes

COUNTED_ON = (
    Patrol.patrolled_on, Finding.found_on, Tip.passed_on, Scheme.founded_on, Commendation.occasion_on,
)  # fmt: skip


def years() -> list[int]:
    """The years anything counts in."""
    return sorted(
        {
            int(year)
            for day in COUNTED_ON
            for year in db.session.scalars(select(extract("year", day)).distinct())
        }
    )


def figures_by_year() -> dict[str, dict[str, list[Any]]]:
    """Every figure that has a record: "programme/year" → key → [value, unknown, records]."""
    found = {}
    for programme in programmes():
        for year in years():
            answer = figures(Question(Period.of_year(year), programme, WHOLE_SYSTEM))
            found[f"{programme.code}/{year}"] = {
                key: [figure.value, figure.unknown, figure.records]
                for key, figure in sorted(answer.figures.items())
                if figure.records
            }
    return found
