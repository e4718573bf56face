"""From what stands in an address to a question about figures."""

from ..accounts.queries import scope_of_unit
from ..accounts.rules import Scope
from ..errors import NotFound
from ..units import queries as register
from .forms import Asked
from .queries import Question


def question_of(asked: Asked, *, seen_by: Scope) -> Question:
    """The question, its names looked up. NotFound when it names what isn't there."""
    programme = register.programme_by_code(asked.programme_code)
    unit = next((unit for unit in register.units() if unit.id == asked.unit_id), None)
    if programme is None or (asked.unit_id is not None and unit is None):
        raise NotFound
    return Question(
        period=asked.period,
        programme=programme,
        seen_by=seen_by,
        narrowed=scope_of_unit(unit) if unit else None,
        stretch_id=asked.stretch_id,
        force=asked.force,
        month=asked.month,
        lead_unit_id=asked.lead_unit_id,
    )
