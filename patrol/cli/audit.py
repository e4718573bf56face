"""The chain over the audit trail."""

import click
from flask.cli import AppGroup

from ..audit.queries import count_unsealed, head as head_of_chain, verify as verify_chain
from ..audit.rules import Head, parse_head
from ..audit.services import seal as seal_all
from ..db import reading
from ..extensions import db
from ..wording import number, seal_problem
from .answers import fail

SHOWN = 50

audit = AppGroup("audit", help="The chain that seals the audit trail.")


@audit.command("seal")
def seal() -> None:
    """Seal every line that isn't sealed yet and print the head. The running log does it every few seconds."""
    head = seal_all()
    db.session.commit()
    click.echo(head or "Nhật ký chưa có dòng nào.")


@audit.command("head")
@reading()
def head() -> None:
    """Print the head of the chain, NUMBER:HASH. Keep it outside this machine."""
    click.echo(head_of_chain() or "Nhật ký chưa có dòng nào được niêm phong.")


class Published(click.ParamType):
    name = "NUMBER:HASH"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        return parse_head(value) or self.fail(
            "Không đọc được đầu chuỗi. Ghi như 1290:3f9a… (ít nhất 16 ký tự)."
        )


@audit.command("verify")
@click.option(
    "--head", "published", type=Published(), multiple=True, help="A head printed earlier; may be repeated."
)
@reading()
def verify(published: tuple[Head, ...]) -> None:
    """Check the whole chain; exit code 1 when anything doesn't agree.

    With a head that was printed earlier (in an export, a backup, the log of a day) it also finds an end that was cut
    off since, and a chain that was made anew.
    """
    problems = verify_chain(*published)
    for problem in problems[:SHOWN]:
        click.echo(seal_problem(problem))
    if len(problems) > SHOWN:
        click.echo(f"… và {number(len(problems) - SHOWN)} chỗ nữa.")
    if problems:
        fail(f"NHẬT KÝ KHÔNG TOÀN VẸN: {number(len(problems))} chỗ không khớp.")
    sealed = head_of_chain()
    click.echo(f"Nhật ký toàn vẹn: {number(sealed.number if sealed else 0)} dòng đã niêm phong.")
    if waiting := count_unsealed():
        click.echo(f"{number(waiting)} dòng đang chờ niêm phong.")
    if sealed:
        click.echo(f"Đầu chuỗi: {sealed}")


COMMANDS = (audit,)
