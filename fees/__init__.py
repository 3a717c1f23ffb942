"""What is owed and what was paid: standards, proration, invoices, payments (会费)."""
