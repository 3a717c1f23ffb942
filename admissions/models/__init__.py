"""Applications and claims, one noun per file."""

from admissions.models.application import Application, Claim, FactCorrection, Judgement

__all__ = ["Application", "Claim", "FactCorrection", "Judgement"]
