"""The conferences of the demo years, and what of the year before them stands on paper only. No commit here."""

from collections.abc import Mapping
from datetime import date, time
from uuid import UUID, uuid5

from .. import clock
from ..accounts.models import Person
from ..accounts.queries import scope_of
from ..reviews.models import ReportingCalendar
from ..reviews.queries import calendars
from ..reviews.rules import Declaration, ReviewDraft, ReviewKind, period_of
from ..reviews.services import declare, make_review
from ..totals.queries import Question, figures
from ..totals.rules import Period
from ..units import queries as register
from .rules import MAIN_PROGRAMME, POST

NAMES = UUID("5a0f6c52-52c1-5c0e-8d7e-0b1f9f2c2023")
CLERK = "tonghop"
PAPER = "Báo cáo tổng kết năm 2022 (số giả định)"
ON_PAPER = {  # of 2022, when there was no log yet; figures the totals don't know are left out
    "patrol.sorties": 198,
    "patrol.personnel": 1134,
    "finding.gambling.cases": 9,
    "finding.gambling.subjects": 41,
    "finding.drug_possession.cases": 2,
    "finding.drug_possession.subjects": 3,
    "finding.illegal_market.sites": 14,
    "tips.valued_to_police": 31,
    "tips.police_to_military": 26,
    "tips.jointly_verified": 38,
    "schemes.active_at_end": 123,
    "commendations.collectives": 3,
    "commendations.individuals": 6,
}


def hold_conferences(people: Mapping[str, Person]) -> None:
    """The one the press reported, the same year by the other calendar, and that of the quarter it is now."""
    by_code = {calendar.code: calendar for calendar in calendars()}
    today = clock.today()
    quarter = (today.month - 1) // 3 + 1
    subject = "Công tác phối hợp bảo vệ an ninh quốc gia, bảo đảm trật tự, an toàn xã hội"
    _hold(
        people, by_code["nam_duong_lich"], 2023, 1, ReviewKind.INTERIM, date(2023, 12, 28), "ubnd_thi_xa_dien_ban",
        f"{subject} năm 2023, triển khai năm 2024",
    )  # fmt: skip
    _hold(
        people, by_code["nam_hanh_chinh"], 2023, 1, ReviewKind.FINAL, date(2023, 12, 20), POST,
        "Tổng kết năm của Đồn theo kỳ báo cáo hành chính",
    )  # fmt: skip
    _hold(
        people, by_code["quy_duong_lich"], today.year, quarter, ReviewKind.INTERIM, today, "ubnd_dien_ban_dong",
        "Giao ban quý",
    )  # fmt: skip
    _declare(people[CLERK], by_code["nam_duong_lich"])


def _hold(
    people: Mapping[str, Person],
    calendar: ReportingCalendar,
    year: int,
    part: int,
    kind: ReviewKind,
    held_on: date,
    host: str,
    subject: str,
) -> None:
    host_unit, post = register.unit_by_code(host), register.unit_by_code(POST)
    programme = register.programme_by_code(MAIN_PROGRAMME)
    assert host_unit and post and programme, "the reference data comes first"
    moment = min(clock.at(held_on, time(7, 30)), clock.now())
    with clock.frozen(moment):
        make_review(
            ReviewDraft(
                client_id=uuid5(NAMES, f"{calendar.code}/{year}/{part}"),
                kind=kind,
                held_on=held_on,
                host_id=host_unit.id,
                subject=subject,
                calendar_id=calendar.id,
                year=year,
                part=part,
                period=period_of(calendar.rule, year, part),
                unit_id=post.id,
                programme_id=programme.id,
            ),
            by=people[CLERK],
        )


def _declare(clerk: Person, calendar: ReportingCalendar) -> None:
    programme = register.programme_by_code(MAIN_PROGRAMME)
    assert programme
    day = clock.today()
    known = figures(Question(Period(day, day), programme, seen_by=scope_of(clerk))).figures
    with clock.frozen(clock.at(date(2023, 1, 9), time(8))):
        for key, value in ON_PAPER.items():
            if key in known:
                declare(
                    Declaration(
                        client_id=uuid5(NAMES, f"2022/{key}"),
                        key=key,
                        period=period_of(calendar.rule, 2022),
                        unit_id=clerk.unit_id,
                        programme_id=programme.id,
                        value=value,
                        source=PAPER,
                    ),
                    by=clerk,
                )
