"""0005: GPX files of patrols: as they came, what each one says, and what they say together"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "patrol_tracks",
        sa.Column("patrol_id", sa.Integer(), nullable=False),
        sa.Column("against_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("against_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("west", sa.Double(), nullable=True),
        sa.Column("south", sa.Double(), nullable=True),
        sa.Column("east", sa.Double(), nullable=True),
        sa.Column("north", sa.Double(), nullable=True),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.Column("fine", sa.LargeBinary(), nullable=False),
        sa.Column("z12", sa.LargeBinary(), nullable=False),
        sa.Column("z10", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("means", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("points_read", sa.Integer(), nullable=False),
        sa.Column("points_used", sa.Integer(), nullable=False),
        sa.Column("dropped", sa.JSON(), nullable=False),
        sa.Column("raw_m", sa.Integer(), nullable=False),
        sa.Column("distance_m", sa.Integer(), nullable=False),
        sa.Column("moving_s", sa.Integer(), nullable=False),
        sa.Column("elapsed_s", sa.Integer(), nullable=True),
        sa.Column("gap_s", sa.Integer(), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("covered_share", sa.Double(), nullable=True),
        sa.CheckConstraint("grade IN ('A', 'B', 'C', 'D')", name=op.f("ck_patrol_tracks_grade_known")),
        sa.CheckConstraint(
            "kind IN ('recorded', 'route', 'waypoints')", name=op.f("ck_patrol_tracks_kind_known")
        ),
        sa.CheckConstraint(
            "means IN ('on_foot', 'motorbike', 'car', 'boat', 'unknown')",
            name=op.f("ck_patrol_tracks_means_known"),
        ),
        sa.ForeignKeyConstraint(
            ["patrol_id"], ["patrols.id"], name=op.f("fk_patrol_tracks_patrol_id_patrols")
        ),
        sa.PrimaryKeyConstraint("patrol_id", name=op.f("pk_patrol_tracks")),
    )
    with op.batch_alter_table("patrol_tracks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_patrol_tracks_totals", ["is_counted", "patrol_id", "distance_m"], unique=False
        )

    op.create_table(
        "tracks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patrol_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_by_name", sa.String(length=200), nullable=False),
        sa.Column("line_key", sa.String(length=32), nullable=True),
        sa.Column("is_forward", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("means", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("points_read", sa.Integer(), nullable=False),
        sa.Column("points_used", sa.Integer(), nullable=False),
        sa.Column("dropped", sa.JSON(), nullable=False),
        sa.Column("raw_m", sa.Integer(), nullable=False),
        sa.Column("distance_m", sa.Integer(), nullable=False),
        sa.Column("moving_s", sa.Integer(), nullable=False),
        sa.Column("elapsed_s", sa.Integer(), nullable=True),
        sa.Column("gap_s", sa.Integer(), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("covered_share", sa.Double(), nullable=True),
        sa.CheckConstraint("grade IN ('A', 'B', 'C', 'D')", name=op.f("ck_tracks_grade_known")),
        sa.CheckConstraint("kind IN ('recorded', 'route', 'waypoints')", name=op.f("ck_tracks_kind_known")),
        sa.CheckConstraint(
            "means IN ('on_foot', 'motorbike', 'car', 'boat', 'unknown')", name=op.f("ck_tracks_means_known")
        ),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrols.id"], name=op.f("fk_tracks_patrol_id_patrols")),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["people.id"], name=op.f("fk_tracks_uploaded_by_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracks")),
        sa.UniqueConstraint("patrol_id", "sha256", name=op.f("uq_tracks_patrol_id_sha256")),
    )
    with op.batch_alter_table("tracks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tracks_line_key"), ["line_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_tracks_sha256"), ["sha256"], unique=False)

    op.create_table(
        "track_files",
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["tracks.id"], name=op.f("fk_track_files_track_id_tracks")),
        sa.PrimaryKeyConstraint("track_id", name=op.f("pk_track_files")),
    )


def downgrade():
    op.drop_table("track_files")
    with op.batch_alter_table("tracks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tracks_sha256"))
        batch_op.drop_index(batch_op.f("ix_tracks_line_key"))

    op.drop_table("tracks")
    with op.batch_alter_table("patrol_tracks", schema=None) as batch_op:
        batch_op.drop_index("ix_patrol_tracks_totals")

    op.drop_table("patrol_tracks")
