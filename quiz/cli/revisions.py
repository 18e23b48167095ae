"""Whether the tables of a database are those that this version of quiz needs."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from quiz import paths
from quiz.config import Unusable
from quiz.store.database import Store, open_store


def open_current(url: str) -> Store:
    """The database at an address, with the tables that this version of quiz needs. Raises Unusable."""
    store = open_store(url)
    refuse_others(store)
    return store


def revision(store: Store) -> str | None:
    """The version of a database's tables; None where it has none."""
    with store.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """The version of the tables that this version of quiz needs."""
    return ScriptDirectory(str(paths.MIGRATIONS)).get_current_head()


def refuse_newer(store: Store) -> None:
    """Refuse tables that a newer version of quiz has made. Raises Unusable."""
    found = revision(store)
    known = {script.revision for script in ScriptDirectory(str(paths.MIGRATIONS)).walk_revisions()}
    if found is not None and found not in known:
        raise Unusable(
            f"The database is at version {found}, but this version of quiz knows none beyond {newest_revision()}: "
            "install the newer quiz that made it, or restore a backup from before."
        )


def refuse_others(store: Store) -> None:
    """Refuse tables that are not the newest. Raises Unusable."""
    refuse_newer(store)
    if (found := revision(store)) != newest_revision():
        state = f"is at version {found}" if found else "has no tables yet"
        raise Unusable(f"The database {state}, and this version of quiz needs {newest_revision()}: run quiz migrate.")
