"""Migrating with data in the tables: foreign keys off while tables are rebuilt, everything in one transaction, and
undone where any table would hold fewer rows than before, or be gone with rows in it."""

import sqlalchemy as sa
from alembic import context
from flask import current_app

db = current_app.extensions["migrate"].db


def _counts(connection: sa.Connection) -> dict[str, int]:
    tables = sa.inspect(connection).get_table_names()
    return {
        name: connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
        for name in tables
        if name != "alembic_version"
    }


def migrate() -> None:
    """Run what is missing. Raises RuntimeError, with nothing changed, where rows would be lost."""
    engine = db.engine
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if sqlite:
            # A rebuilt table would take its children along by ON DELETE CASCADE. Only works outside a transaction.
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                before = _counts(connection)
                context.configure(
                    connection=connection,
                    target_metadata=db.metadata,
                    render_as_batch=sqlite,
                    compare_type=True,
                    transactional_ddl=True,
                    transaction_per_migration=False,
                )
                context.run_migrations()
                _refuse_losses(connection, before, sqlite)
        finally:
            if sqlite:
                connection.connection.execute("PRAGMA foreign_keys=ON")


def _refuse_losses(connection: sa.Connection, before: dict[str, int], sqlite: bool) -> None:
    after = _counts(connection)
    lost = [
        f"{name}: {count} rows before, {after.get(name, 0)} after"
        for name, count in before.items()
        if after.get(name, 0) < count
    ]
    if sqlite:
        lost += [str(tuple(row)) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    if lost:
        raise RuntimeError("The migration would lose data and was undone. " + "; ".join(lost))


migrate()
