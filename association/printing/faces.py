"""A built face in memory, ready to give any handful of its glyphs to a PDF in a fraction of a millisecond.

Our typeface has TrueType outlines and no composite glyphs, so that a subset is a copy of slices.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable
from functools import cache
from itertools import accumulate

from association.printing import fonts

_HEAD_CHECKSUM, _HEAD_LOCA_FORMAT, _HHEA_METRICS, _MAXP_GLYPHS = 8, 50, 34, 4  # offsets in their tables, in bytes


class Face:
    """One style of the typeface: which glyph shows a character, how wide it is, and its outline."""

    def __init__(self, style: str) -> None:
        from fontTools.ttLib import TTFont  # 0.2 s, and only processes that print need it

        with TTFont(fonts.built(style), lazy=True) as font:
            order = font.getGlyphOrder()
            numbers = {name: number for number, name in enumerate(order)}
            metrics = font["hmtx"].metrics
            self.style = style
            self.name = str(font["name"].getDebugName(6))
            self.glyphs = {code: numbers[name] for code, name in font.getBestCmap().items()}
            self.advances = [metrics[name][0] for name in order]  # in 1/1000 em
            self.ascent, self.descent = font["hhea"].ascent, font["hhea"].descent
            self._bearings = [metrics[name][1] for name in order]
            self._offsets = list(font["loca"].locations)
            self._outlines = font.reader["glyf"]
            self._headers = {tag: bytes(font.reader[tag]) for tag in ("head", "hhea", "maxp")}

    def subset(self, glyphs: Iterable[int]) -> tuple[bytes, bytes]:
        """A font file with only these glyphs, closely numbered, and the map from old numbers to new (2 bytes each)."""
        kept = sorted({0, *glyphs})
        outlines = [self._outlines[self._offsets[glyph] : self._offsets[glyph + 1]] for glyph in kept]
        places = accumulate((len(outline) for outline in outlines), initial=0)
        numbers = array("H", bytes(2 * (kept[-1] + 1)))
        for number, glyph in enumerate(kept):
            numbers[glyph] = number
        numbers.byteswap()
        head, hhea, maxp = (bytearray(self._headers[tag]) for tag in ("head", "hhea", "maxp"))
        struct.pack_into(">h", head, _HEAD_LOCA_FORMAT, 1)  # 4 bytes each
        struct.pack_into(">I", head, _HEAD_CHECKSUM, 0)
        struct.pack_into(">H", hhea, _HHEA_METRICS, len(kept))
        struct.pack_into(">H", maxp, _MAXP_GLYPHS, len(kept))
        tables = {
            b"glyf": b"".join(outlines),
            b"head": bytes(head),
            b"hhea": bytes(hhea),
            b"hmtx": b"".join(struct.pack(">Hh", self.advances[glyph], self._bearings[glyph]) for glyph in kept),
            b"loca": struct.pack(f">{len(kept) + 1}I", *places),
            b"maxp": bytes(maxp),
        }
        return _font_file(tables), numbers.tobytes()


@cache
def face(style: str) -> Face:
    """The built face of ``style``, read once per process. Holds no system resource, so that forks may share it."""
    return Face(style)


def _font_file(tables: dict[bytes, bytes]) -> bytes:
    """Bind tables, given in the order of their tags, into a TrueType file."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    start = 12 + 16 * count
    directory = [struct.pack(">IHHHH", 0x00010000, count, power * 16, power.bit_length() - 1, (count - power) * 16)]
    bodies = []
    for tag, body in tables.items():
        padded = body + bytes(-len(body) % 4)
        directory.append(struct.pack(">4sIII", tag, _checksum(padded), start, len(body)))
        bodies.append(padded)
        start += len(padded)
    return b"".join(directory + bodies)


def _checksum(padded: bytes) -> int:
    words = array("I", padded)
    words.byteswap()
    return sum(words) & 0xFFFFFFFF
