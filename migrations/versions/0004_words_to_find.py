"""People and assessments are found by every word of theirs, and sorted, without accents and case"""

import sqlalchemy as sa
from alembic import op

from quiz.domain.folding import fold, words_to_find

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_BATCH = 1000


def upgrade() -> None:
    # Added in place, with a default that every later row replaces: a rebuilt table would take its indexes along.
    for table in ("invitations", "assessments"):
        op.add_column(table, sa.Column("search_key", _KEY, nullable=False, server_default=""))
    _fill("assessments", ["title"], lambda title: {"search_key": words_to_find(title)})
    _fill(
        "invitations",
        ["name", "email"],
        lambda name, email: {"search_key": words_to_find(name, email), "name_key": fold(name)},
    )


def _fill(name, read, keys) -> None:
    """Work out the keys of every row from some of its columns."""
    connection, table = op.get_bind(), sa.table(name, *map(sa.column, ["id", "search_key", "name_key", *read]))
    last = 0
    while rows := connection.execute(
        sa.select(table.c.id, *(table.c[column] for column in read))
        .where(table.c.id > last)
        .order_by(table.c.id)
        .limit(_BATCH)
    ).all():
        for id, *values in rows:
            connection.execute(sa.update(table).where(table.c.id == id).values(keys(*values)))
        last = rows[-1].id


def downgrade() -> None:
    for table in ("invitations", "assessments"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("search_key")
