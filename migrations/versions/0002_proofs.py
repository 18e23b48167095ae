"""What proved the key of an item"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bank_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("proof", sa.String(length=200), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("bank_items", schema=None) as batch_op:
        batch_op.drop_column("proof")
