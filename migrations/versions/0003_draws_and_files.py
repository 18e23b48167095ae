"""A slot remembers the draw it was drawn for; a bank remembers the files it was read from"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place: a table that is rebuilt would copy every slot there is.
    op.add_column("slots", sa.Column("draw", sa.Integer(), nullable=True))
    op.add_column("current_banks", sa.Column("files_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("current_banks", "files_hash")
    op.drop_column("slots", "draw")
