"""0007: tips between forces, models of self-management with the list of their kinds, commendations"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "scheme_kinds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_kinds")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_scheme_kinds_code_valid_from")),
    )
    op.create_table(
        "commendations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("recipient_name", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("force_code", sa.String(length=40), nullable=True),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=200), nullable=False),
        sa.Column("decision_number", sa.String(length=60), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("occasion_name", sa.String(length=200), nullable=False),
        sa.Column("occasion_on", sa.Date(), nullable=False),
        sa.Column("cancelled_because", sa.String(length=500), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_by_name", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "form IN ('certificate', 'diploma', 'letter', 'title', 'other')",
            name=op.f("ck_commendations_form_known"),
        ),
        sa.CheckConstraint(
            "occasion IN ('review', 'ad_hoc', 'other')", name=op.f("ck_commendations_occasion_known")
        ),
        sa.CheckConstraint(
            "recipient IN ('collective', 'individual')", name=op.f("ck_commendations_recipient_known")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["units.id"], name=op.f("fk_commendations_decided_by_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["people.id"], name=op.f("fk_commendations_entered_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["force_code"], ["forces.code"], name=op.f("fk_commendations_force_code_forces")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_commendations_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commendations")),
        sa.UniqueConstraint("client_id", name=op.f("uq_commendations_client_id")),
    )
    with op.batch_alter_table("commendations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commendations_decided_by_id"), ["decided_by_id"], unique=False)
        batch_op.create_index(
            "ix_commendations_occasion", ["occasion_on", "occasion", "recipient"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_commendations_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "schemes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("kind_code", sa.String(length=40), nullable=False),
        sa.Column("kind_name", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("area_name", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("force_code", sa.String(length=40), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_because", sa.String(length=500), nullable=True),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("last_activity_on", sa.Date(), nullable=True),
        sa.Column("is_spread_wider", sa.Boolean(), nullable=False),
        sa.Column("cancelled_because", sa.String(length=500), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_by_name", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (ended_because IS NULL)", name=op.f("ck_schemes_ended_with_reason")
        ),
        sa.CheckConstraint("ended_on >= founded_on", name=op.f("ck_schemes_ends_after_founding")),
        sa.CheckConstraint("members >= 0", name=op.f("ck_schemes_members_not_negative")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_schemes_area_id_areas")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["people.id"], name=op.f("fk_schemes_entered_by_id_people")
        ),
        sa.ForeignKeyConstraint(["force_code"], ["forces.code"], name=op.f("fk_schemes_force_code_forces")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_schemes_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schemes")),
        sa.UniqueConstraint("client_id", name=op.f("uq_schemes_client_id")),
    )
    with op.batch_alter_table("schemes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schemes_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            "ix_schemes_stock", ["founded_on", "ended_on", "unit_id", "area_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_schemes_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "tips",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("passed_on", sa.Date(), nullable=False),
        sa.Column("from_unit_id", sa.Integer(), nullable=False),
        sa.Column("from_unit_name", sa.String(length=200), nullable=False),
        sa.Column("from_force_code", sa.String(length=40), nullable=False),
        sa.Column("to_unit_id", sa.Integer(), nullable=False),
        sa.Column("to_unit_name", sa.String(length=200), nullable=False),
        sa.Column("to_force_code", sa.String(length=40), nullable=False),
        sa.Column("category_code", sa.String(length=40), nullable=False),
        sa.Column("category_name", sa.String(length=200), nullable=False),
        sa.Column("urgency", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("voided_as", sa.String(length=40), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_by_name", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.Column("acknowledged_by_name", sa.String(length=200), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_valued", sa.Boolean(), nullable=True),
        sa.Column("judged_by_id", sa.Integer(), nullable=True),
        sa.Column("judged_by_name", sa.String(length=200), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('case_found', 'prevented', 'handed_on', 'still_open', 'no_case')",
            name=op.f("ck_tips_outcome_known"),
        ),
        sa.CheckConstraint(
            "urgency IN ('routine', 'urgent', 'immediate')", name=op.f("ck_tips_urgency_known")
        ),
        sa.CheckConstraint("voided_as IN ('duplicate', 'mistake')", name=op.f("ck_tips_voided_as_known")),
        sa.CheckConstraint(
            "(is_valued IS NULL) = (judged_at IS NULL)", name=op.f("ck_tips_judged_by_somebody")
        ),
        sa.CheckConstraint("from_unit_id <> to_unit_id", name=op.f("ck_tips_two_units")),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["people.id"], name=op.f("fk_tips_acknowledged_by_id_people")
        ),
        sa.ForeignKeyConstraint(["entered_by_id"], ["people.id"], name=op.f("fk_tips_entered_by_id_people")),
        sa.ForeignKeyConstraint(
            ["from_force_code"], ["forces.code"], name=op.f("fk_tips_from_force_code_forces")
        ),
        sa.ForeignKeyConstraint(["from_unit_id"], ["units.id"], name=op.f("fk_tips_from_unit_id_units")),
        sa.ForeignKeyConstraint(["judged_by_id"], ["people.id"], name=op.f("fk_tips_judged_by_id_people")),
        sa.ForeignKeyConstraint(
            ["to_force_code"], ["forces.code"], name=op.f("fk_tips_to_force_code_forces")
        ),
        sa.ForeignKeyConstraint(["to_unit_id"], ["units.id"], name=op.f("fk_tips_to_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tips")),
        sa.UniqueConstraint("client_id", name=op.f("uq_tips_client_id")),
    )
    with op.batch_alter_table("tips", schema=None) as batch_op:
        batch_op.create_index("ix_tips_book", ["from_unit_id", "to_unit_id", "passed_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_tips_passed_on"), ["passed_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_tips_to_unit_id"), ["to_unit_id"], unique=False)

    op.create_table(
        "tip_verifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("tip_id", sa.Integer(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_by_name", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["people.id"], name=op.f("fk_tip_verifications_entered_by_id_people")
        ),
        sa.ForeignKeyConstraint(["tip_id"], ["tips.id"], name=op.f("fk_tip_verifications_tip_id_tips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip_verifications")),
        sa.UniqueConstraint("client_id", name=op.f("uq_tip_verifications_client_id")),
    )
    with op.batch_alter_table("tip_verifications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tip_verifications_tip_id"), ["tip_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_tip_verifications_verified_on"), ["verified_on"], unique=False)

    op.create_table(
        "tip_findings",
        sa.Column("tip_id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name=op.f("fk_tip_findings_finding_id_findings")
        ),
        sa.ForeignKeyConstraint(["tip_id"], ["tips.id"], name=op.f("fk_tip_findings_tip_id_tips")),
        sa.PrimaryKeyConstraint("tip_id", "finding_id", name=op.f("pk_tip_findings")),
    )
    with op.batch_alter_table("tip_findings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tip_findings_finding_id"), ["finding_id"], unique=False)

    op.create_table(
        "tip_verification_units",
        sa.Column("verification_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_name", sa.String(length=200), nullable=False),
        sa.Column("force_code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["force_code"], ["forces.code"], name=op.f("fk_tip_verification_units_force_code_forces")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_tip_verification_units_unit_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["verification_id"],
            ["tip_verifications.id"],
            name=op.f("fk_tip_verification_units_verification_id_tip_verifications"),
        ),
        sa.PrimaryKeyConstraint("verification_id", "unit_id", name=op.f("pk_tip_verification_units")),
    )


def downgrade():
    op.drop_table("tip_verification_units")
    op.drop_table("tip_findings")
    op.drop_table("tip_verifications")
    op.drop_table("tips")
    op.drop_table("schemes")
    op.drop_table("commendations")
    op.drop_table("scheme_kinds")
