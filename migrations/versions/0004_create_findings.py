"""0004: the register of cases and its catalogue"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "finding_categories",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("group_name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("legal_note", sa.Text(), nullable=False),
        sa.Column("successor_code", sa.String(length=40), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_categories")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_finding_categories_code_valid_from")),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("patrol_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("detected_via", sa.String(length=40), nullable=False),
        sa.Column("category_code", sa.String(length=40), nullable=False),
        sa.Column("category_name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("km", sa.Double(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "detected_via <> 'patrol' OR patrol_id IS NOT NULL", name=op.f("ck_findings_patrol_known")
        ),
        sa.CheckConstraint(
            "detected_via IN ('patrol', 'tip', 'other')", name=op.f("ck_findings_detected_via_known")
        ),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrols.id"], name=op.f("fk_findings_patrol_id_patrols")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_findings_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint("client_id", name=op.f("uq_findings_client_id")),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_findings_found_on"), ["found_on"], unique=False)
        batch_op.create_index("ix_findings_patrol", ["patrol_id", "category_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_findings_unit_id"), ["unit_id"], unique=False)
    op.create_table(
        "finding_measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=14, scale=3, asdecimal=False), nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_finding_measures_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_finding_measures_finding_id_findings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_measures")),
        sa.UniqueConstraint("finding_id", "code", name=op.f("uq_finding_measures_finding_id_code")),
    )
    with op.batch_alter_table("finding_measures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_measures_finding_id"), ["finding_id"], unique=False)
    op.create_table(
        "finding_outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_finding_outcomes_finding_id_findings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_outcomes")),
    )
    with op.batch_alter_table("finding_outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_outcomes_finding_id"), ["finding_id"], unique=False)


def downgrade():
    op.drop_table("finding_outcomes")
    op.drop_table("finding_measures")
    op.drop_table("findings")
    op.drop_table("finding_categories")
