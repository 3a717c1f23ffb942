"""The finance desk: invoices, money that arrived, fee standards, bank accounts."""

from fees.admin import invoices, payments, refunds, standards

__all__ = ["invoices", "payments", "refunds", "standards"]
