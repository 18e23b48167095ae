"""Question banks: how their files are written, what is wrong with them, and the items they hold."""

from quiz.domain.banks.bank import Bank
from quiz.domain.banks.reading import BankCheck, bank_folders, check_bank
from quiz.domain.banks.schema import BankFile, ItemFile, schemas

__all__ = ["Bank", "BankCheck", "BankFile", "ItemFile", "bank_folders", "check_bank", "schemas"]
