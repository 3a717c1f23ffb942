"""The rules at the desk: versions stored, compared, adopted and sent out; members heard; feedback answered."""

from . import adoptions, consultations, feedback, versions

__all__ = ["adoptions", "consultations", "feedback", "versions"]
