"""What a database's complaint means for whoever runs the service, in a sentence that says what to fix."""

import re

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, TimeoutError

_SENTENCES = (
    ("disk is full|No space left|disk quota", "The disk that holds the database is full: free space there."),
    (
        "no such (table|column)|(relation|column) .* does not exist|has no column",
        "The tables of the database are missing or of another version: run quiz migrate.",
    ),
    (
        "unable to open database file",
        "The database cannot be opened: QUIZ_DATA_DIR has to be a folder that this user can read and write.",
    ),
    (
        "readonly database|read-only",
        "The database can only be read: let this user write the files and the folder in QUIZ_DATA_DIR, "
        "or connect to the primary server.",
    ),
    ("database is locked|lock timeout", "The database is busy: another program holds it. Try again when it has ended."),
    (
        "not a database|malformed|file is encrypted",
        "The database file is damaged or is not an SQLite database: restore a backup, or correct QUIZ_DATABASE_URL.",
    ),
    (
        "disk I/O error",
        "The disk that holds the database is full or reports errors: free space, or check the disk.",
    ),
    (
        "password authentication failed|no password supplied|role .* does not exist",
        "PostgreSQL does not know the user or the password in QUIZ_DATABASE_URL: correct them.",
    ),
    ("database .* does not exist", "PostgreSQL has no database with the name in QUIZ_DATABASE_URL: create it."),
    (
        "permission denied|must be owner",
        "The user in QUIZ_DATABASE_URL may not do that in PostgreSQL: migrate as the owner of the tables, "
        "and give this user its rights (docs/operations.md).",
    ),
    (
        "too many (connections|clients)|remaining connection slots",
        "PostgreSQL accepts no more connections: raise max_connections, or lower QUIZ_WORKERS.",
    ),
    (
        "could not translate host|Name or service|failed to resolve|Temporary failure in name",
        "The host in QUIZ_DATABASE_URL is not known: correct its name.",
    ),
    (
        "Connection refused|connection failed|timeout expired|server closed the connection|starting up|shutting down",
        "PostgreSQL does not answer at the address in QUIZ_DATABASE_URL: start it, or correct the address.",
    ),
)
_UNREADABLE = (
    "QUIZ_DATABASE_URL cannot be read: write an address such as "
    "postgresql+psycopg://quiz:PASSWORD@db.example.org/quiz "
    "with special characters in the password percent-encoded."
)


def sentence(error: Exception) -> str | None:
    """What to fix where a database complained; None where the error is not a database's.

    No part of the complaint is repeated, because it may hold passwords and what people wrote.
    """
    if isinstance(error, ArgumentError | NoSuchModuleError):
        return _UNREADABLE
    if isinstance(error, ModuleNotFoundError) and str(error.name).startswith("psycopg"):
        return "PostgreSQL needs the package psycopg: install quiz[postgres]."
    if isinstance(error, TimeoutError):
        return "The database is busy: all connections are in use. Try again."
    if not isinstance(error, DBAPIError):
        return None
    complaint = str(error.orig)
    for pattern, words in _SENTENCES:
        if re.search(pattern, complaint, re.IGNORECASE):
            return words
    return f"The database could not handle a request ({type(error.orig).__name__}): run quiz doctor."
