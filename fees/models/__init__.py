"""Standards, what is owed, what was paid, one noun per file."""

from fees.models.bank import BankAccount
from fees.models.invoice import FeeLine, Invoice
from fees.models.payment import Allocation, Payment, SandboxOrder, Voucher
from fees.models.refund import Refund
from fees.models.standard import FeeStandard, FeeStandardItem

__all__ = [
    "Allocation",
    "BankAccount",
    "FeeLine",
    "FeeStandard",
    "FeeStandardItem",
    "Invoice",
    "Payment",
    "Refund",
    "SandboxOrder",
    "Voucher",
]
