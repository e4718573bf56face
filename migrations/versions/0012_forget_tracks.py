"""0012: the day the points and files of a patrol's way were removed by their term"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("patrol_tracks") as table:
        table.add_column(sa.Column("removed_on", sa.Date(), nullable=True))


def downgrade():
    with op.batch_alter_table("patrol_tracks") as table:
        table.drop_column("removed_on")
