"""The figures of a period, for people and for programs."""

import json
from datetime import datetime

import click

from ..accounts.queries import scope_of_unit
from ..accounts.rules import WHOLE_SYSTEM
from ..db import reading
from ..totals.queries import Question, figures
from ..totals.rules import Period
from ..units import queries as register
from .answers import fail

DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


@click.command("figures")
@click.option("--from", "first", type=DAY, required=True, help="First day counted, e.g. 2023-01-01.")
@click.option("--to", "last", type=DAY, required=True, help="Last day counted.")
@click.option("--programme", "programme_code", default="tuyen_bien_binh_yen", show_default=True)
@click.option("--unit", "unit_code", help="Only patrols this unit (and those under it) led or joined.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
@reading()  # a report must not keep patrols from being written
def figures_command(
    first: datetime, last: datetime, programme_code: str, unit_code: str | None, as_json: bool
) -> None:
    """Every figure of a period, of the whole system or of one unit."""
    if last < first:
        fail("--to nằm trước --from.")
    programme = register.programme_by_code(programme_code)
    if programme is None:
        fail(f"Không có chương trình nào mang mã {programme_code}.")
    unit = register.unit_by_code(unit_code) if unit_code else None
    if unit_code and unit is None:
        fail(f"Không có đơn vị nào mang mã {unit_code}.")
    scope = scope_of_unit(unit) if unit else WHOLE_SYSTEM
    question = Question(period=Period(first.date(), last.date()), programme=programme, seen_by=scope)
    answer = figures(question)
    if register.is_demo():
        click.echo("DỮ LIỆU MẪU", err=True)
    if as_json:
        click.echo(json.dumps(as_plain(answer), ensure_ascii=False, indent=2))
        return
    click.echo(f"{programme.name}, {scope.name}, {first:%d/%m/%Y} – {last:%d/%m/%Y}")
    for key, figure in sorted(answer.figures.items()):
        if figure.records:
            click.echo(f"{key:44} {figure.value!s:>10} {figure.definition.unit}  (chưa rõ {figure.unknown})")


def as_plain(answer: object) -> dict[str, object]:
    """An Answer as plain data, every key of the catalogue, sorted."""
    question = answer.question  # type: ignore[attr-defined]
    return {
        "period": {"from": question.period.first.isoformat(), "to": question.period.last.isoformat()},
        "programme": question.programme.code,
        "scope": question.scope_name,
        "figures": {
            key: {
                "value": figure.value,
                "unknown": figure.unknown,
                "unit": figure.definition.unit,
                "records": figure.records,
            }
            for key, figure in sorted(answer.figures.items())  # type: ignore[attr-defined]
        },
    }


COMMANDS = (figures_command,)
