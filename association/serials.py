"""Serials that nobody guesses, for what a stranger may verify: certificates, official documents."""

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 characters that are not mistaken for one another


def new_serial() -> str:
    """80 random bits as 16 characters in fours, easily read aloud."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))
