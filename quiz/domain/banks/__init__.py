"""Question banks: how their files are written, what is wrong with them, and the items they hold."""

from quiz.domain.banks.bank import Bank
from quiz.domain.banks.folders import bank_folders, bank_name, files_of, state_of
from quiz.domain.banks.reading import BankCheck, check_bank, read_outline
from quiz.domain.banks.schema import BankFile, ItemFile, schemas

__all__ = [
    "Bank",
    "BankCheck",
    "BankFile",
    "ItemFile",
    "bank_folders",
    "bank_name",
    "check_bank",
    "files_of",
    "read_outline",
    "schemas",
    "state_of",
]
