"""0011: the totals read patrols and attendance from their indexes alone"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE = (
    "patrolled_on", "status", "force_count", "personnel_total", "militia_total", "security_team_total",
    "unknown_personnel", "unknown_militia", "unknown_security_team", "stretch_id", "lead_unit_id",
)  # fmt: skip
MORE = ("nothing_found", "lead_unit_name", "stretch_name")


def upgrade():
    op.drop_index("ix_patrols_totals", table_name="patrols")
    op.create_index("ix_patrols_totals", "patrols", [*BEFORE, *MORE, "id"])
    op.drop_index("ix_attendance_patrol_id", table_name="attendance")
    op.create_index(
        "ix_attendance_totals", "attendance", ["patrol_id", "unit_id", "force_code", "personnel", "militia"]
    )


def downgrade():
    op.drop_index("ix_attendance_totals", table_name="attendance")
    op.create_index("ix_attendance_patrol_id", "attendance", ["patrol_id"])
    op.drop_index("ix_patrols_totals", table_name="patrols")
    op.create_index("ix_patrols_totals", "patrols", [*BEFORE, "id"])
