"""0001: the register: forces, units, areas, stretches, programmes, settings"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "forces",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("successor_code", sa.String(length=40), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["successor_code"], ["forces.code"], name=op.f("fk_forces_successor_code_forces")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_forces")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("force_code", sa.String(length=40), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["force_code"], ["forces.code"], name=op.f("fk_units_force_code_forces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
    )
    op.create_table(
        "unit_parents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_unit_parents_parent_id_units")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_parents_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_parents")),
    )
    with op.batch_alter_table("unit_parents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_parents_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_unit_parents_unit_id"), ["unit_id"], unique=False)
    op.create_table(
        "unit_successions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("inherits_records", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('renamed', 'merged_into', 'split_into', 'duties_to')",
            name=op.f("ck_unit_successions_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["units.id"], name=op.f("fk_unit_successions_predecessor_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["units.id"], name=op.f("fk_unit_successions_successor_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_successions")),
        sa.UniqueConstraint(
            "predecessor_id", "successor_id", name=op.f("uq_unit_successions_predecessor_id_successor_id")
        ),
    )
    with op.batch_alter_table("unit_successions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_successions_successor_id"), ["successor_id"], unique=False)
    op.create_table(
        "areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("is_hotspot", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["areas.id"], name=op.f("fk_areas_parent_id_areas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_areas")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_areas_code_valid_from")),
    )
    op.create_table(
        "area_successions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('renamed', 'merged_into', 'split_into', 'duties_to')",
            name=op.f("ck_area_successions_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["areas.id"], name=op.f("fk_area_successions_predecessor_id_areas")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["areas.id"], name=op.f("fk_area_successions_successor_id_areas")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_successions")),
        sa.UniqueConstraint(
            "predecessor_id", "successor_id", name=op.f("uq_area_successions_predecessor_id_successor_id")
        ),
    )
    with op.batch_alter_table("area_successions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_area_successions_successor_id"), ["successor_id"], unique=False)
    op.create_table(
        "unit_areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('jurisdiction', 'granted')", name=op.f("ck_unit_areas_kind_known")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_unit_areas_area_id_areas")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_areas_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_areas")),
    )
    with op.batch_alter_table("unit_areas", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_areas_unit_id"), ["unit_id"], unique=False)
    op.create_table(
        "stretches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_km", sa.Double(), nullable=True),
        sa.Column("to_km", sa.Double(), nullable=True),
        sa.Column("line", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["stretches.id"], name=op.f("fk_stretches_successor_id_stretches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stretches")),
        sa.UniqueConstraint("code", name=op.f("uq_stretches_code")),
    )
    op.create_table(
        "stretch_areas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stretch_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_stretch_areas_area_id_areas")),
        sa.ForeignKeyConstraint(
            ["stretch_id"], ["stretches.id"], name=op.f("fk_stretch_areas_stretch_id_stretches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stretch_areas")),
    )
    with op.batch_alter_table("stretch_areas", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stretch_areas_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stretch_areas_stretch_id"), ["stretch_id"], unique=False)
    op.create_table(
        "programmes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["programmes.id"], name=op.f("fk_programmes_successor_id_programmes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
        sa.UniqueConstraint("code", name=op.f("uq_programmes_code")),
    )
    op.create_table(
        "settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
        sa.UniqueConstraint("key", "valid_from", name=op.f("uq_settings_key_valid_from")),
    )


def downgrade():
    op.drop_table("settings")
    op.drop_table("programmes")
    op.drop_table("stretch_areas")
    op.drop_table("stretches")
    op.drop_table("unit_areas")
    op.drop_table("area_successions")
    op.drop_table("areas")
    op.drop_table("unit_successions")
    op.drop_table("unit_parents")
    op.drop_table("units")
    op.drop_table("forces")
