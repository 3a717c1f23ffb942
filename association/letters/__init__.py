"""What the program says to people: every kind of message, its words as shipped or as edited, and the letter itself."""

from association.letters.frame import cited, letter, signature
from association.letters.kinds import Examples, Facts, Kind, Variable, register
from association.letters.writing import Letter, write

__all__ = [
    "Examples",
    "Facts",
    "Kind",
    "Letter",
    "Variable",
    "cited",
    "letter",
    "register",
    "signature",
    "write",
]
