"""The tips, models and commendations of the demo as acts at their moments, through the same doors as real use."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from .. import clock
from ..accounts.models import Person
from ..accounts.rules import Scope
from ..commendations.rules import CommendationDraft
from ..commendations.services import record_commendation
from ..findings.models import Finding
from ..findings.rules import CaseDraft
from ..schemes.models import Scheme
from ..schemes.rules import SchemeDraft
from ..schemes.services import end_scheme, record_scheme
from ..tips import services as tips
from ..tips.models import Tip
from ..tips.rules import TipDraft, VerificationDraft
from .registers import (
    KEEPERS,
    WRITERS,
    Award,
    Case,
    Model,
    Told,
    awards_until,
    models_until,
    office_hour,
    tips_until,
)

BOOK_OPENED = date(2022, 12, 5)  # what is older was entered then, from paper


class Deed(NamedTuple):
    """Something somebody does at a moment; `key` and `place` order what falls on the same one."""

    at: datetime
    key: str
    place: int
    do: Callable[[], Any]


class Keeping:
    """Makes the acts; holds what was made by its key, for the acts that follow."""

    def __init__(
        self,
        names: UUID,
        units: Mapping[str, int],
        areas: Mapping[str, int],
        people: Mapping[str, Person],
        scopes: Mapping[str, Scope],
    ):
        self.names, self.units, self.areas = names, units, areas
        self.people, self.scopes = people, scopes
        self.tips: dict[str, Tip] = {}
        self.cases: dict[str, Finding] = {}
        self.schemes: dict[str, Scheme] = {}

    def deeds_until(self, now: datetime, words: Mapping[str, Any]) -> list[Deed]:
        made = [
            *(deed for tip in tips_until(now, words) for deed in self._of_tip(tip)),
            *(deed for model in models_until(now, words) for deed in self._of_model(model)),
            *(deed for award in awards_until(now, words) for deed in self._of_award(award)),
        ]
        return [deed for deed in made if deed.at <= now]

    def _who(self, username: str) -> dict[str, Any]:
        return {"by": self.people[username], "seen_by": self.scopes[username]}

    def _id(self, key: str) -> UUID:
        return uuid5(self.names, key)

    def _of_tip(self, told: Told) -> Iterator[Deed]:
        writer, receiver = self._who(WRITERS[told.sender_force]), self._who(WRITERS[told.receiver_force])

        def at(day: date, place: int, do: Callable[[], Any]) -> Deed:
            """In office hours of that day, but never before the tip was written."""
            written = office_hour(f"{told.key} 0", told.passed_on)
            moment = max(office_hour(f"{told.key} {place}", day), written + timedelta(minutes=20 * place))
            return Deed(moment, told.key, place, do)

        yield at(told.passed_on, 0, lambda: self._pass_on(told, writer))
        if told.is_acknowledged:
            yield at(told.passed_on, 1, lambda: tips.acknowledge(self.tips[told.key], **receiver))
        for number, (day, units) in enumerate(told.verified):
            draft = VerificationDraft(
                self._id(f"{told.key}/verified-{number}"), day, tuple(self.units[code] for code in units)
            )
            yield at(day, 2 + number, lambda draft=draft: tips.verify(self.tips[told.key], draft, **receiver))
        for case in told.cases:
            yield at(case.found_on, 5, lambda case=case: self._find(told, case, receiver))
        day = told.settled_on + timedelta(days=1)
        if told.is_valued is not None:
            yield at(
                day,
                6,
                lambda: tips.judge(self.tips[told.key], told.is_valued, told.outcome, **receiver),
            )
        for number, case in enumerate(told.links):
            yield at(
                case.found_on + timedelta(days=12),
                7 + number,
                lambda case=case: tips.link_case(self.tips[told.key], self.cases[case.key].id, **receiver),
            )
        if told.voided_as is not None:
            yield at(
                day + timedelta(days=2), 9, lambda: tips.void(self.tips[told.key], told.voided_as, **writer)
            )

    def _pass_on(self, told: Told, who: dict[str, Any]) -> None:
        draft = TipDraft(
            client_id=self._id(told.key),
            number=told.number,
            passed_on=told.passed_on,
            from_unit_id=self.units[told.sender],
            to_unit_id=self.units[told.receiver],
            category=told.category,
            urgency=told.urgency,
        )
        self.tips[told.key] = tips.record_tip(draft, **who)

    def _find(self, told: Told, case: Case, who: dict[str, Any]) -> None:
        draft = CaseDraft(
            client_id=self._id(case.key),
            category=case.category,
            found_on=case.found_on,
            measures={} if case.subjects is None else {"subjects": case.subjects},
            outcome=case.outcome,
        )
        self.cases[case.key] = tips.add_case(self.tips[told.key], draft, **who)

    def _of_model(self, model: Model) -> Iterator[Deed]:
        who = self._who(KEEPERS[model.force])
        begun = office_hour(model.key, max(model.founded_on, BOOK_OPENED))
        yield Deed(begun, model.key, 0, lambda: self._found(model, who))
        if model.ended_on is not None:
            day = model.ended_on
            at = max(office_hour(f"{model.key} ended", day), begun + timedelta(minutes=5))
            yield Deed(
                at,
                model.key,
                1,
                lambda: end_scheme(self.schemes[model.key], day, model.ended_because, **who),
            )

    def _found(self, model: Model, who: dict[str, Any]) -> None:
        draft = SchemeDraft(
            client_id=self._id(model.key),
            kind=model.kind,
            name=model.name,
            area_id=self.areas[model.area],
            unit_id=self.units[model.unit],
            founded_on=model.founded_on,
            members=model.members,
            last_activity_on=max(model.founded_on, clock.today() - timedelta(days=len(model.name) * 2)),
            is_spread_wider=model.is_spread_wider,
        )
        self.schemes[model.key] = record_scheme(draft, **who)

    def _of_award(self, award: Award) -> Iterator[Deed]:
        draft = CommendationDraft(
            client_id=self._id(award.key),
            recipient=award.recipient,
            recipient_name=award.recipient_name,
            unit_id=self.units[award.unit],
            form=award.form,
            decided_by_id=self.units[award.body],
            decision_number=award.number,
            decided_on=award.decided_on,
            occasion=award.occasion,
            occasion_name=award.occasion_name,
            occasion_on=award.occasion_on,
        )
        at = office_hour(award.key, award.occasion_on + timedelta(days=1))
        yield Deed(at, award.key, 0, lambda: record_commendation(draft, **self._who("ubnd")))
