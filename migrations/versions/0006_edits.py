"""A response remembers the page that wrote it and which of that page's edits it is"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place: a table that is rebuilt would copy every response there is.
    op.add_column("responses", sa.Column("writer", sa.String(length=40), nullable=True))
    op.add_column("responses", sa.Column("edit", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("responses", "edit")
    op.drop_column("responses", "writer")
