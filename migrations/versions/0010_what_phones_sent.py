"""0010: what phones sent as it came, contents on their way, what phones still hold; and how far a phone's clock was off

Of patrols there already nothing is known of the clock.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "announced_media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("patrol_client_id", sa.Uuid(), nullable=False),
        sa.Column("finding_client_id", sa.Uuid(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_clean", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('patrol', 'photo', 'track')", name=op.f("ck_announced_media_kind_known")
        ),
        sa.CheckConstraint(
            "state IN ('waiting_item', 'waiting_content', 'waiting_patrol', 'attached', 'refused')",
            name=op.f("ck_announced_media_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_announced_media_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announced_media")),
        sa.UniqueConstraint("item_id", name=op.f("uq_announced_media_item_id")),
    )
    with op.batch_alter_table("announced_media", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_announced_media_patrol_client_id"), ["patrol_client_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_announced_media_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_announced_media_sha256"), ["sha256"], unique=False)

    op.create_table(
        "phone_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("patrols", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("oldest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("items >= 0", name=op.f("ck_phone_reports_items_not_negative")),
        sa.CheckConstraint("patrols >= 0", name=op.f("ck_phone_reports_patrols_not_negative")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_phone_reports_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_reports")),
        sa.UniqueConstraint("device", "person_id", name=op.f("uq_phone_reports_device_person_id")),
    )
    with op.batch_alter_table("phone_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phone_reports_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_phone_reports_reported_at"), ["reported_at"], unique=False)

    op.create_table(
        "received_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("device", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("base_rev", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("phone_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("became", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("decision IN ('taken', 'left')", name=op.f("ck_received_items_decision_known")),
        sa.CheckConstraint(
            "outcome IN ('stored', 'already_stored', 'superseded', 'conflict', 'rejected')",
            name=op.f("ck_received_items_outcome_known"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_received_items_decided_by_id_people")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_received_items_person_id_people")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_items")),
        sa.UniqueConstraint(
            "item_id",
            "device",
            "person_id",
            "rev",
            "sha256",
            name=op.f("uq_received_items_item_id_device_person_id_rev_sha256"),
        ),
    )
    with op.batch_alter_table("received_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_received_items_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_received_items_last_at", ["last_at"], unique=False)

    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_uploads_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("sha256", "person_id", name=op.f("uq_uploads_sha256_person_id")),
    )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_uploads_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_uploads_touched_at"), ["touched_at"], unique=False)

    op.create_table(
        "upload_parts",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_upload_parts_upload_id_uploads")
        ),
        sa.PrimaryKeyConstraint("upload_id", "start", name=op.f("pk_upload_parts")),
    )
    op.add_column("patrols", sa.Column("phone_ahead_s", sa.Integer(), nullable=True))


def downgrade():
    op.drop_column("patrols", "phone_ahead_s")

    op.drop_table("upload_parts")
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_uploads_touched_at"))
        batch_op.drop_index(batch_op.f("ix_uploads_person_id"))

    op.drop_table("uploads")
    with op.batch_alter_table("received_items", schema=None) as batch_op:
        batch_op.drop_index("ix_received_items_last_at")
        batch_op.drop_index(batch_op.f("ix_received_items_person_id"))

    op.drop_table("received_items")
    with op.batch_alter_table("phone_reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phone_reports_reported_at"))
        batch_op.drop_index(batch_op.f("ix_phone_reports_person_id"))

    op.drop_table("phone_reports")
    with op.batch_alter_table("announced_media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_announced_media_sha256"))
        batch_op.drop_index(batch_op.f("ix_announced_media_person_id"))
        batch_op.drop_index(batch_op.f("ix_announced_media_patrol_client_id"))

    op.drop_table("announced_media")
