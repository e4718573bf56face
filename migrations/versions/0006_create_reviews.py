"""0006: conferences, reporting calendars, and figures declared from paper"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "reporting_calendars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("start_day", sa.Integer(), nullable=False),
        sa.Column("start_month", sa.Integer(), nullable=False),
        sa.Column("starts_year_before", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('year', 'half_year', 'quarter', 'nine_months')",
            name=op.f("ck_reporting_calendars_kind_known"),
        ),
        sa.CheckConstraint("start_day BETWEEN 1 AND 28", name=op.f("ck_reporting_calendars_start_day_known")),
        sa.CheckConstraint(
            "start_month BETWEEN 1 AND 12", name=op.f("ck_reporting_calendars_start_month_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_calendars")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_reporting_calendars_code_valid_from")),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("host_name", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("period_first", sa.Date(), nullable=False),
        sa.Column("period_last", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_by_name", sa.String(length=200), nullable=False),
        sa.Column("made_by_unit_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('interim', 'final')", name=op.f("ck_reviews_kind_known")),
        sa.CheckConstraint("period_last >= period_first", name=op.f("ck_reviews_period_in_order")),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["reporting_calendars.id"],
            name=op.f("fk_reviews_calendar_id_reporting_calendars"),
        ),
        sa.ForeignKeyConstraint(["host_id"], ["units.id"], name=op.f("fk_reviews_host_id_units")),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_reviews_made_by_id_people")),
        sa.ForeignKeyConstraint(
            ["made_by_unit_id"], ["units.id"], name=op.f("fk_reviews_made_by_unit_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_reviews_programme_id_programmes")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_reviews_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("client_id", name=op.f("uq_reviews_client_id")),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reviews_held_on"), ["held_on"], unique=False)
    op.create_table(
        "declared_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("period_first", sa.Date(), nullable=False),
        sa.Column("period_last", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(precision=14, scale=3, asdecimal=False), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.Column("declared_by_name", sa.String(length=200), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("period_last >= period_first", name=op.f("ck_declared_figures_period_in_order")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_declared_figures_value_not_negative")),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["people.id"], name=op.f("fk_declared_figures_declared_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_declared_figures_programme_id_programmes")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_declared_figures_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_figures")),
        sa.UniqueConstraint("client_id", name=op.f("uq_declared_figures_client_id")),
    )
    with op.batch_alter_table("declared_figures", schema=None) as batch_op:
        batch_op.create_index(
            "ix_declared_figures_period", ["unit_id", "period_first", "period_last"], unique=False
        )


def downgrade():
    op.drop_table("declared_figures")
    op.drop_table("reviews")
    op.drop_table("reporting_calendars")
