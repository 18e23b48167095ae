"""Where the banks of a command are, and what it says where there are none."""

from pathlib import Path

import click

from quiz import paths
from quiz.domain.banks import BankCheck, bank_folders, bank_name, check_bank, read_outline
from quiz.domain.requirements import Vocabulary, VocabularyCheck, check_vocabulary
from quiz.domain.requirements.reading import FOLDER
from quiz.domain.vocabularies import choice
from quiz.labs.registry import releases

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

path_argument = click.argument("path", type=_FOLDER, default=paths.QUESTION_BANKS)
"""The banks that a command is about."""

banks_option = click.option("--banks", "root", type=_FOLDER, default=paths.QUESTION_BANKS, help="Where the banks are.")
"""The banks that a command needs beside what it is about."""


def folders_below(root: Path) -> list[Path]:
    """The folders of the banks, of which there has to be one. Raises UsageError."""
    folders = bank_folders(root)
    if not folders:
        raise click.UsageError(f"There is no bank in {root}: a bank is a folder with a bank.yaml.")
    return folders


def bank_folder(root: Path, name: str) -> Path:
    """The folder of the bank of this name. Raises ClickException, naming those that there are."""
    folders = {bank_name(folder): folder for folder in bank_folders(root)}
    if name not in folders:
        raise click.ClickException(f"there is no bank {name} in {root}: {choice(name, folders)}")
    return folders[name]


def check_banks(root: Path) -> list[BankCheck]:
    """Check every bank below a folder, of which there has to be one. Raises UsageError."""
    return [check_bank(folder, labs=releases()) for folder in folders_below(root)]


def check_requirements(root: Path, checks: list[BankCheck]) -> VocabularyCheck:
    """Check the vocabulary beside banks that were checked."""
    outlines = {check.slug: check.file.outline if check.file else None for check in checks}
    return check_vocabulary(root / FOLDER, outlines)


def read_vocabulary(root: Path) -> Vocabulary:
    """The vocabulary beside the banks. Raises ClickException where there is none, or it has problems."""
    outlines = {bank_name(folder): read_outline(folder) for folder in folders_below(root)}
    checked = check_vocabulary(root / FOLDER, outlines)
    if checked.vocabulary is None:
        count = len(checked.problems)
        problems = "a problem" if count == 1 else f"{count} problems"
        raise click.ClickException(f"the vocabulary in {root / FOLDER} has {problems}: run quiz banks check {root}")
    if not checked.vocabulary.requirements:
        raise click.ClickException(f"there is no vocabulary in {root / FOLDER}: it is a folder of YAML files")
    return checked.vocabulary
