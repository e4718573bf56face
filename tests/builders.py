"""Records for tests, made through the same doors as real ones. Everything has a sensible default; say what matters."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from patrol import clock
from patrol.accounts.models import Person
from patrol.accounts.queries import scope_of
from patrol.accounts.rules import WHOLE_SYSTEM, Role, Scope
from patrol.accounts.services import create_person
from patrol.commendations.models import Commendation
from patrol.commendations.rules import CommendationDraft, Form, Occasion, Recipient
from patrol.commendations.services import record_commendation
from patrol.extensions import db
from patrol.findings.rules import FindingDraft, stated_measures
from patrol.logbook.queries import lists_for
from patrol.logbook.rules import LogDraft
from patrol.logbook.services import record_log
from patrol.patrols.models import Patrol
from patrol.patrols.rules import AttendanceDraft, PatrolDraft
from patrol.reviews import services as reviews
from patrol.reviews.models import ReportingCalendar, Review
from patrol.reviews.queries import calendars
from patrol.reviews.rules import Declaration, ReviewDraft, ReviewKind, period_of
from patrol.schemes.models import Scheme
from patrol.schemes.rules import SchemeDraft
from patrol.schemes.services import end_scheme, record_scheme
from patrol.tips.models import Tip
from patrol.tips.rules import TipDraft
from patrol.tips.services import record_tip
from patrol.totals.queries import Question
from patrol.totals.rules import Period
from patrol.units import queries as register
from patrol.units.models import Setting, Stretch, Unit

PASSWORD = "Bien-dem-lang-7"
POST, POLICE, MILITARY = "dbp_cua_dai", "ca_dien_ban_dong", "qs_dien_ban_dong"
COMMITTEE = "ubnd_dien_ban_dong"

_numbers = count(1)


def unit(code: str = POST) -> Unit:
    found = register.unit_by_code(code)
    assert found is not None, code
    return found


def stretch(code: str = "dien_ban") -> Stretch:
    return next(each for each in register.stretches() if each.code == code)


def make_person(role: Role = Role.PATROL_LEADER, *, of: str = POST, **changes: Any) -> Person:
    """A person of a unit; the password is PASSWORD."""
    number = next(_numbers)
    given = {
        "username": f"nguoi{number}",
        "full_name": f"Nguyễn Văn Số {number}",
        "must_change": False,
        **changes,
    }
    return create_person(role=role, unit=unit(of), password=PASSWORD, **given)


def attendance(**personnel: Any) -> tuple[AttendanceDraft, ...]:
    """attendance(dbp_cua_dai=3, ca_dien_ban_dong=(2, 1, 0)): officers, or (officers, militia, security team)."""
    rows = []
    for code, numbers in personnel.items():
        of = unit(code)
        three = numbers if isinstance(numbers, tuple) else (numbers, 0, 0)
        rows.append(AttendanceDraft(of.id, str(of.force_code), *three))
    return tuple(rows)


def three_forces(each: int = 2) -> tuple[AttendanceDraft, ...]:
    return attendance(**{POST: each, POLICE: each, MILITARY: each})


def patrol_draft(
    *, by: Person | None = None, started: str | datetime = "2026-02-04 21:00", **changes: Any
) -> PatrolDraft:
    """A joint patrol of three forces, two of each, three hours long. Times without a zone are ours."""
    started_at = clock.in_utc(datetime.fromisoformat(started) if isinstance(started, str) else started)
    ended = changes.pop("ended", started_at + timedelta(hours=3))
    ended_at = clock.in_utc(datetime.fromisoformat(ended)) if isinstance(ended, str) else ended
    programmes = changes.pop("programmes", ("tuyen_bien_binh_yen",))
    lead = changes.pop("lead", POST)
    present = changes.pop("attendance", None)
    on = changes.pop("on", "dien_ban")
    return PatrolDraft(
        **{
            "client_id": uuid4(),
            "lead_unit_id": unit(lead).id,
            "stretch_id": stretch(on).id,
            "started_at": started_at,
            "ended_at": ended_at,
            "attendance": three_forces() if present is None else present,
            "programme_ids": tuple(each.id for each in register.programmes() if each.code in programmes),
            "leader_id": by.id if by else None,
            "leader_name": "" if by else "Đại uý Trần Văn Mẫu",
            "nothing_found": True,
            **changes,
        }
    )


def finding_draft(
    category: str = "gambling", *, client_id: UUID | None = None, **changes: Any
) -> FindingDraft:
    """A finding; numbers by unit: finding_draft('gambling', measures={'cases': 1, 'subjects': 5})."""
    from patrol.findings.queries import categories

    counted_in = next(tuple(each.measures) for each in categories() if each.code == category)
    measures = stated_measures(changes.pop("measures", {}), counted_in)
    return FindingDraft(client_id=client_id or uuid4(), category=category, measures=measures, **changes)


def make_patrol(
    *, by: Person | None = None, findings: tuple[FindingDraft, ...] = (), **changes: Any
) -> Patrol:
    """A stored patrol, reported by `by` (a new leader of the post when left out)."""
    person = by or make_person()
    draft = patrol_draft(by=person, **changes)
    return record_log(LogDraft(draft, findings), by=person, seen_by=WHOLE_SYSTEM).patrol


def question(
    first: date | str = "2026-01-01",
    last: date | str = "2026-12-31",
    *,
    seen_by: Scope = WHOLE_SYSTEM,
    **more: Any,
) -> Question:
    """A question about Tuyến biển bình yên, of the whole system unless said."""
    days = [date.fromisoformat(day) if isinstance(day, str) else day for day in (first, last)]
    programme = register.programme_by_code(more.pop("programme", "tuyen_bien_binh_yen"))
    assert programme is not None
    return Question(period=Period(*days), programme=programme, seen_by=seen_by, **more)


def calendar(code: str = "nam_duong_lich") -> ReportingCalendar:
    return next(each for each in calendars() if each.code == code)


def make_review(year: int = 2026, *, by: Person | None = None, **changes: Any) -> Review:
    """A conference of the post about a calendar year; `of=None` leaves the scope to whoever looks."""
    of, host = changes.pop("of", POST), changes.pop("host", COMMITTEE)
    reported_by, part = calendar(changes.pop("by_calendar", "nam_duong_lich")), changes.pop("part", 1)
    given = {
        "client_id": uuid4(),
        "kind": ReviewKind.INTERIM,
        "held_on": date(year, 12, 28),
        "host_id": unit(host).id,
        "subject": "",
        "calendar_id": reported_by.id,
        "year": year,
        "part": part,
        "period": period_of(reported_by.rule, year, part),
        "unit_id": unit(of).id if of else None,
        "programme_id": next(each.id for each in register.programmes() if each.code == "tuyen_bien_binh_yen"),
    }
    return reviews.make_review(ReviewDraft(**{**given, **changes}), by=by or make_person(Role.STAFF_CLERK))


def make_declared(
    key: str, value: float, *, year: int = 2025, of: str = POST, by: Person | None = None
) -> Any:
    """A figure of a calendar year copied from paper."""
    return reviews.declare(
        Declaration(
            client_id=uuid4(),
            key=key,
            period=period_of(calendar().rule, year),
            unit_id=unit(of).id,
            programme_id=next(
                each.id for each in register.programmes() if each.code == "tuyen_bien_binh_yen"
            ),
            value=value,
            source=f"Báo cáo tổng kết năm {year}",
        ),
        by=by or make_person(Role.STAFF_CLERK, of=of),
    )


def make_setting(key: str, value: str, *, since: str) -> None:
    db.session.add(Setting(key=key, value=value, valid_from=date.fromisoformat(since)))
    db.session.flush()


def form_of(person: Person, **changes: Any) -> dict[str, Any]:
    """The fields of a filled-in page of the book, as a browser posts them: three forces, two of each, nothing found."""
    lists = lists_for(person, seen_by=scope_of(person))
    fields = {
        "client_id": str(uuid4()),
        "started_on": "04/02/2026",
        "started_time": "21:00",
        "ended_time": "23:30",
        "lead_unit_id": str(unit().id),
        "stretch_id": str(stretch().id),
        "means": "on_foot",
        "nothing_found": "1",
        "programme_ids": [str(each) for each in lists.default_programme_ids],
    }
    for number, code in enumerate((POST, POLICE, MILITARY)):
        fields |= {
            f"attendance.{number}.unit_id": str(unit(code).id),
            f"attendance.{number}.personnel": "2",
            f"attendance.{number}.militia": "0",
            f"attendance.{number}.security_team": "0",
        }
    return {**fields, **{name.replace("__", "."): value for name, value in changes.items()}}


def make_tip(*, by: Person | None = None, seen_by: Scope = WHOLE_SYSTEM, **changes: Any) -> Tip:
    """A tip the post passed to the ward's police on 03/02/2026; `of`, `to` are codes of units."""
    number = next(_numbers)
    sender, receiver = changes.pop("of", POST), changes.pop("to", POLICE)
    passed_on = changes.pop("on", "2026-02-03")
    draft = TipDraft(
        **{
            "client_id": uuid4(),
            "number": f"{number:02}/TB",
            "passed_on": date.fromisoformat(passed_on) if isinstance(passed_on, str) else passed_on,
            "from_unit_id": unit(sender).id,
            "to_unit_id": unit(receiver).id,
            "category": "gambling",
            **changes,
        }
    )
    return record_tip(draft, by=by or make_person(Role.DUTY_OFFICER, of=sender), seen_by=seen_by)


def make_scheme(*, by: Person | None = None, ended: str | None = None, **changes: Any) -> Scheme:
    """A camera model of the ward's police, founded on 10/01/2026; `of` is the code of its unit, `at` of its area."""
    keeper = by or make_person(Role.STAFF_CLERK, of=POLICE)
    founded_on = changes.pop("founded", "2026-01-10")
    area = next(each for each in register.areas() if each.name == changes.pop("at", "Phường Điện Bàn Đông"))
    draft = SchemeDraft(
        **{
            "client_id": uuid4(),
            "kind": "security_camera",
            "name": f"Camera khối phố {next(_numbers)}",
            "area_id": area.id,
            "unit_id": unit(changes.pop("of", POLICE)).id,
            "founded_on": date.fromisoformat(founded_on) if isinstance(founded_on, str) else founded_on,
            **changes,
        }
    )
    scheme = record_scheme(draft, by=keeper, seen_by=WHOLE_SYSTEM)
    if ended is not None:
        end_scheme(scheme, date.fromisoformat(ended), "Không còn sinh hoạt", by=keeper, seen_by=WHOLE_SYSTEM)
    return scheme


def make_commendation(
    *, by: Person | None = None, seen_by: Scope = WHOLE_SYSTEM, **changes: Any
) -> Commendation:
    """An officer of the post, commended by the ward's People's Committee at the conference of 30/01/2026."""
    day = changes.pop("on", "2026-01-30")
    draft = CommendationDraft(
        **{
            "client_id": uuid4(),
            "recipient": Recipient.INDIVIDUAL,
            "recipient_name": f"Đại uý Nguyễn Văn {next(_numbers)}",
            "unit_id": unit(changes.pop("of", POST)).id,
            "form": Form.DIPLOMA,
            "decided_by_id": unit(changes.pop("body", COMMITTEE)).id,
            "decision_number": "15/QĐ-UBND",
            "decided_on": date.fromisoformat("2026-01-20"),
            "occasion": Occasion.REVIEW,
            "occasion_name": "Hội nghị sơ kết năm 2025",
            "occasion_on": date.fromisoformat(day) if isinstance(day, str) else day,
            **changes,
        }
    )
    return record_commendation(draft, by=by or make_person(Role.STAFF_CLERK, of=COMMITTEE), seen_by=seen_by)
