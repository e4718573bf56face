"""0016: the few patrols still out or returned are found without reading all of them"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_patrols_status", "patrols", ["status", "patrolled_on"], unique=False)


def downgrade():
    op.drop_index("ix_patrols_status", table_name="patrols")
