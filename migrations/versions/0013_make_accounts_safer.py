"""0013: signed-in devices, second factors, old passwords, postings, reviews of accounts

Whoever is signed in signs in once more. Idle days and the age of passwords count from this upgrade; the posting of
everybody begins with the account.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "device_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_device_sessions_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_sessions")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_device_sessions_token_digest")),
    )
    op.create_index(op.f("ix_device_sessions_person_id"), "device_sessions", ["person_id"])
    op.create_table(
        "second_factors",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=40), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_second_factors_person_id_people")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_recovery_codes_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_person_id"), "recovery_codes", ["person_id"])
    op.create_table(
        "old_passwords",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_old_passwords_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_passwords")),
    )
    op.create_index(op.f("ix_old_passwords_person_id"), "old_passwords", ["person_id"])
    postings = op.create_table(
        "postings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_postings_person_id_people")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_postings_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
    )
    op.create_index(op.f("ix_postings_person_id"), "postings", ["person_id"])

    now = datetime.now(UTC)
    with op.batch_alter_table("people") as table:
        table.add_column(sa.Column("opened_at", MOMENT, nullable=True))
        table.add_column(sa.Column("password_set_at", MOMENT, nullable=True))
        table.add_column(sa.Column("reviewed_at", MOMENT, nullable=True))
        table.add_column(sa.Column("reviewed_by_name", sa.String(length=200), nullable=True))
        table.drop_column("session_epoch")
    people = sa.table(
        "people",
        sa.column("id"),
        sa.column("unit_id"),
        sa.column("role"),
        sa.column("created_at", MOMENT),
        sa.column("opened_at", MOMENT),
        sa.column("password_set_at", MOMENT),
    )
    units = sa.table("units", sa.column("id"), sa.column("name"))
    connection = op.get_bind()
    connection.execute(people.update().values(opened_at=now, password_set_at=now))
    stood = sa.select(people.c.id, people.c.unit_id, units.c.name, people.c.role, people.c.created_at)
    rows = [
        {
            "person_id": person_id,
            "unit_id": unit_id,
            "unit_name": unit_name,
            "role": role,
            "from_on": created_at.date(),
        }
        for person_id, unit_id, unit_name, role, created_at in connection.execute(
            stood.join(units, units.c.id == people.c.unit_id)
        )
    ]
    op.bulk_insert(postings, rows)
    with op.batch_alter_table("people") as table:
        table.alter_column("opened_at", nullable=False)
        table.alter_column("password_set_at", nullable=False)


def downgrade():
    with op.batch_alter_table("people") as table:
        table.add_column(sa.Column("session_epoch", sa.Integer(), nullable=False, server_default="1"))
        table.drop_column("reviewed_by_name")
        table.drop_column("reviewed_at")
        table.drop_column("password_set_at")
        table.drop_column("opened_at")
    with op.batch_alter_table("people") as table:
        table.alter_column("session_epoch", server_default=None)
    op.drop_table("postings")
    op.drop_table("old_passwords")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
    op.drop_table("device_sessions")
