"""0015: marks of months, by which it is known whose figures must be read anew"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "month_marks",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("mark", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_month_marks")),
    )


def downgrade():
    op.drop_table("month_marks")
