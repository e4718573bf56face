"""0014: what changed in records, what was blotted out, and what came of findings later

Confirmations given on somebody else's phone say so. Outcomes there are were reported with their findings.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "record_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("device", sa.String(length=300), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("old", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("new", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_record_changes_actor_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_changes")),
    )
    op.create_table(
        "redactions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_redactions_actor_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redactions")),
    )
    for table in ("record_changes", "redactions"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(f"ix_{table}_subject", ["subject_kind", "subject_id"], unique=False)
    with op.batch_alter_table("confirmations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("on_device_of", sa.String(length=200), nullable=True))
    no, nothing = sa.false(), sa.text("''")
    with op.batch_alter_table("finding_outcomes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_of_report", sa.Boolean(), nullable=False, server_default=no))
        batch_op.add_column(
            sa.Column("handed_to", sa.String(length=200), nullable=False, server_default=nothing)
        )
        batch_op.add_column(
            sa.Column("paper_number", sa.String(length=60), nullable=False, server_default=nothing)
        )
        batch_op.add_column(sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("recorded_by_name", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("is_withdrawn", sa.Boolean(), nullable=False, server_default=no))
    outcomes = sa.table("finding_outcomes", sa.column("is_of_report", sa.Boolean()))
    op.execute(outcomes.update().values(is_of_report=True))


def downgrade():
    with op.batch_alter_table("finding_outcomes", schema=None) as batch_op:
        for column in (
            "is_withdrawn", "recorded_by_name", "recorded_at", "paper_number", "handed_to", "is_of_report",
        ):  # fmt: skip
            batch_op.drop_column(column)
    with op.batch_alter_table("confirmations", schema=None) as batch_op:
        batch_op.drop_column("on_device_of")
    op.drop_table("redactions")
    op.drop_table("record_changes")
