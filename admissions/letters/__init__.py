"""What applicants are told."""

from admissions.letters.facts import accepted, claim_refused, claimed, joined, judged, received, registering, revoked

__all__ = ["accepted", "claim_refused", "claimed", "joined", "judged", "received", "registering", "revoked"]
