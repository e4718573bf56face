"""0003: patrols, who took part, who confirmed"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "patrols",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phone_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_system", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("patrolled_on", sa.Date(), nullable=False),
        sa.Column("lead_unit_id", sa.Integer(), nullable=False),
        sa.Column("lead_unit_name", sa.String(length=200), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("leader_name", sa.String(length=200), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_by_name", sa.String(length=200), nullable=False),
        sa.Column("stretch_id", sa.Integer(), nullable=False),
        sa.Column("stretch_name", sa.String(length=200), nullable=False),
        sa.Column("from_place", sa.String(length=200), nullable=False),
        sa.Column("to_place", sa.String(length=200), nullable=False),
        sa.Column("means", sa.String(length=40), nullable=True),
        sa.Column("weather", sa.String(length=40), nullable=True),
        sa.Column("sea", sa.String(length=40), nullable=True),
        sa.Column("nothing_found", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("personnel_total", sa.Integer(), nullable=False),
        sa.Column("militia_total", sa.Integer(), nullable=False),
        sa.Column("security_team_total", sa.Integer(), nullable=False),
        sa.Column("unknown_personnel", sa.Integer(), nullable=False),
        sa.Column("unknown_militia", sa.Integer(), nullable=False),
        sa.Column("unknown_security_team", sa.Integer(), nullable=False),
        sa.Column("force_count", sa.Integer(), nullable=False),
        sa.Column("returned_because", sa.Text(), nullable=True),
        sa.Column("cancelled_because", sa.Text(), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("note_folded", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_because IS NOT NULL)",
            name=op.f("ck_patrols_cancelled_with_reason"),
        ),
        sa.CheckConstraint(
            "means IN ('on_foot', 'motorbike', 'car', 'boat')", name=op.f("ck_patrols_means_known")
        ),
        sa.CheckConstraint("sea IN ('calm', 'moderate', 'rough')", name=op.f("ck_patrols_sea_known")),
        sa.CheckConstraint(
            "source IN ('form', 'phone', 'paper', 'import')", name=op.f("ck_patrols_source_known")
        ),
        sa.CheckConstraint(
            "status IN ('in_progress', 'submitted', 'confirmed', 'closed', 'returned', 'cancelled')",
            name=op.f("ck_patrols_status_known"),
        ),
        sa.CheckConstraint(
            "weather IN ('clear', 'cloudy', 'rain', 'storm', 'fog')", name=op.f("ck_patrols_weather_known")
        ),
        sa.CheckConstraint("ended_at >= started_at", name=op.f("ck_patrols_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["people.id"], name=op.f("fk_patrols_entered_by_id_people")
        ),
        sa.ForeignKeyConstraint(["lead_unit_id"], ["units.id"], name=op.f("fk_patrols_lead_unit_id_units")),
        sa.ForeignKeyConstraint(["leader_id"], ["people.id"], name=op.f("fk_patrols_leader_id_people")),
        sa.ForeignKeyConstraint(
            ["stretch_id"], ["stretches.id"], name=op.f("fk_patrols_stretch_id_stretches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrols")),
        sa.UniqueConstraint("client_id", name=op.f("uq_patrols_client_id")),
    )
    with op.batch_alter_table("patrols", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patrols_lead_unit_id"), ["lead_unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_patrols_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_patrols_stretch_id"), ["stretch_id"], unique=False)
        batch_op.create_index(
            "ix_patrols_totals",
            [
                "patrolled_on",
                "status",
                "force_count",
                "personnel_total",
                "militia_total",
                "security_team_total",
                "unknown_personnel",
                "unknown_militia",
                "unknown_security_team",
                "stretch_id",
                "lead_unit_id",
                "id",
            ],
            unique=False,
        )
    op.create_table(
        "patrol_programmes",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("patrol_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patrol_id"], ["patrols.id"], name=op.f("fk_patrol_programmes_patrol_id_patrols")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_patrol_programmes_programme_id_programmes")
        ),
        sa.PrimaryKeyConstraint("programme_id", "patrol_id", name=op.f("pk_patrol_programmes")),
    )
    with op.batch_alter_table("patrol_programmes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patrol_programmes_patrol_id"), ["patrol_id"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patrol_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("force_code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("personnel", sa.Integer(), nullable=True),
        sa.Column("militia", sa.Integer(), nullable=True),
        sa.Column("security_team", sa.Integer(), nullable=True),
        sa.CheckConstraint("militia >= 0", name=op.f("ck_attendance_militia_not_negative")),
        sa.CheckConstraint("personnel >= 0", name=op.f("ck_attendance_personnel_not_negative")),
        sa.CheckConstraint("security_team >= 0", name=op.f("ck_attendance_security_team_not_negative")),
        sa.ForeignKeyConstraint(
            ["force_code"], ["forces.code"], name=op.f("fk_attendance_force_code_forces")
        ),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrols.id"], name=op.f("fk_attendance_patrol_id_patrols")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_attendance_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("patrol_id", "unit_id", name=op.f("uq_attendance_patrol_id_unit_id")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_patrol_id"), ["patrol_id"], unique=False)
        batch_op.create_index("ix_attendance_unit", ["unit_id", "patrol_id"], unique=False)
    op.create_table(
        "confirmations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patrol_id", sa.Integer(), nullable=False),
        sa.Column("force_code", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["force_code"], ["forces.code"], name=op.f("fk_confirmations_force_code_forces")
        ),
        sa.ForeignKeyConstraint(
            ["patrol_id"], ["patrols.id"], name=op.f("fk_confirmations_patrol_id_patrols")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_confirmations_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
    )
    with op.batch_alter_table("confirmations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_confirmations_patrol_id"), ["patrol_id"], unique=False)


def downgrade():
    op.drop_table("confirmations")
    op.drop_table("attendance")
    op.drop_table("patrol_programmes")
    op.drop_table("patrols")
