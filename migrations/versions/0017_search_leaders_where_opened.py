"""0017: a leader's name is searched only by who may open the patrol"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AT_ONCE = 1000  # patrols read and written in one go

patrols = sa.table(
    "patrols",
    sa.column("id", sa.Integer()),
    sa.column("lead_unit_name", sa.String()),
    sa.column("leader_name", sa.String()),
    sa.column("stretch_name", sa.String()),
    sa.column("from_place", sa.String()),
    sa.column("to_place", sa.String()),
    sa.column("note", sa.Text()),
    sa.column("search_text", sa.Text()),
    sa.column("note_folded", sa.Text()),
)
attendance = sa.table(
    "attendance",
    sa.column("patrol_id", sa.Integer()),
    sa.column("unit_name", sa.String()),
    sa.column("position", sa.Integer()),
)


def upgrade():
    write_anew(lambda row: ([row.lead_unit_name, row.stretch_name], [row.leader_name]))


def downgrade():
    write_anew(lambda row: ([row.lead_unit_name, row.leader_name, row.stretch_name], []))


def write_anew(own):
    """Both searched texts of every patrol; `own` gives the names of each. What findings put after stays."""
    connection, last = op.get_bind(), 0
    change = (
        patrols.update()
        .where(patrols.c.id == sa.bindparam("of"))
        .values(search_text=sa.bindparam("names"), note_folded=sa.bindparam("words"))
    )
    while rows := connection.execute(
        sa.select(patrols).where(patrols.c.id > last).order_by(patrols.c.id).limit(AT_ONCE)
    ).all():
        first, last = rows[0].id, rows[-1].id
        units = {}
        for patrol_id, name in connection.execute(
            sa.select(attendance.c.patrol_id, attendance.c.unit_name)
            .where(attendance.c.patrol_id.between(first, last))
            .order_by(attendance.c.patrol_id, attendance.c.position)
        ):
            units.setdefault(patrol_id, []).append(name)
        changes = []
        for row in rows:
            names, words = own(row)
            names = dict.fromkeys([*names, *units.get(row.id, [])])
            words = [*words, row.from_place, row.to_place, row.note]
            changes.append(
                {
                    "of": row.id,
                    "names": first_line(row.search_text, folded(" ".join(names))),
                    "words": first_line(row.note_folded, folded(" ".join(words))),
                }
            )
        connection.execute(change, changes)


def first_line(stored, line):
    _, end, rest = stored.partition("\n")
    return f"{line}{end}{rest}"


def folded(text):
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())
