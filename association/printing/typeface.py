"""Cut the certificates' typeface out of Noto Serif CJK SC. Run at installation, never while printing.

The system's font is a 26 MB collection with cubic outlines, and a printer that embeds some of its glyphs reads it
whole for every document. Ours holds what Chinese names and documents use (GB 2312, Latin, punctuation), as TrueType,
which embeds four times faster and comes out fifteen times smaller. Characters outside it are taken from the system's
font by the stylesheet.

Noto Serif CJK is © Adobe under the SIL Open Font License 1.1, which allows a modified version under another name:
ours is «Huiji Serif», keeps the copyright and the licence, and drops the trademark notice.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable

FAMILY = "Huiji Serif"
SOURCE_FAMILY = "Noto Serif CJK SC"
RECIPE = 1  # raised when the outcome of `cut` changes, so that installations build anew

FEATURES = ["ccmp", "kern", "liga", "mark"]  # what horizontal Chinese and Latin text uses by default
UNUSED_TABLES = ["BASE", "VORG", "vhea", "vmtx", "DSIG"]  # vertical setting, signature
MAX_ERROR = 1.0  # units of 1/1000 em by which a converted curve may leave the original: 0.01 mm at 34 pt
COPYRIGHT, FAMILY_NAME, STYLE, IDENTIFIER, FULL_NAME, POSTSCRIPT, TRADEMARK = 0, 1, 2, 3, 4, 6, 7  # ids of `name`


def gb2312() -> set[int]:
    """All 7,445 characters of GB 2312: hanzi of both levels, kana, Greek, Cyrillic, symbols."""
    cells = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return {ord(text) for text in (pair.decode("gb2312", "ignore") for pair in cells) if text}


def repertoire() -> set[int]:
    """The code points the typeface holds: GB 2312 and what stands between hanzi in names and documents."""
    ranges = (
        range(0x20, 0x7F),
        range(0xA0, 0x180),  # Latin of European names
        range(0x2010, 0x2028),  # dashes, quotation marks, ellipsis
        range(0x2030, 0x2040),
        range(0x2460, 0x2474),  # ①
        range(0x3000, 0x3020),
        range(0xFF01, 0xFF5F),  # full width
        (0x20AC, 0x2103, 0x2116, 0x2122, 0x25A1, 0x2611, 0x2713, 0x3007, 0xFFE5),
    )
    return gb2312().union(*ranges)


def open_face(path: Path) -> TTFont:
    """Open the Simplified Chinese face of a collection.

    :raises LookupError: when the file holds no Noto Serif CJK SC.
    """
    faces = TTCollection(str(path), lazy=True)
    for number, face in enumerate(faces.fonts):
        if face["name"].getDebugName(FAMILY_NAME) == SOURCE_FAMILY:
            faces.close()
            return TTFont(str(path), fontNumber=number, lazy=True)
    raise LookupError(f"{path} holds no {SOURCE_FAMILY}")


def cut(source: Path, target: Path, style: str) -> None:
    """Write the typeface's ``style`` (``Regular`` or ``Bold``) cut from ``source``. About 15 seconds."""
    with open_face(source) as font:
        options = subset.Options(
            layout_features=FEATURES,
            drop_tables=UNUSED_TABLES,
            name_languages=[0x409],
            name_IDs=["*"],
            notdef_outline=True,
        )
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=repertoire())
        subsetter.subset(font)
        use_quadratic_outlines(font)
        rename(font, style)
        font.save(str(target))


def use_quadratic_outlines(font: TTFont) -> None:
    """Replace the cubic outlines (CFF) by quadratic ones (glyf), as TrueType wants them."""
    outlines, order = font.getGlyphSet(), font.getGlyphOrder()
    glyphs: dict[str, Any] = {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, glyphs
    for name, glyph in glyphs.items():
        glyph.recalcBounds(table)
        width, _bearing = font["hmtx"][name]
        font["hmtx"][name] = (width, getattr(glyph, "xMin", 0))
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    limits.maxZones, limits.maxTwilightPoints, limits.maxStorage = 1, 0, 0
    limits.maxFunctionDefs = limits.maxInstructionDefs = limits.maxStackElements = limits.maxSizeOfInstructions = 0
    limits.maxComponentElements = 0
    font["post"].formatType = 3.0
    font["head"].glyphDataFormat = 0
    del font["CFF "]
    font.sfntVersion = "\000\001\000\000"


def rename(font: TTFont, style: str) -> None:
    """Give the modified font its own name everywhere, as the Open Font License asks."""
    names = font["name"]
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    own = {
        FAMILY_NAME: FAMILY,
        STYLE: style,
        IDENTIFIER: f"{RECIPE};{postscript}",
        FULL_NAME: f"{FAMILY} {style}",
        POSTSCRIPT: postscript,
    }
    kept = [record for record in names.names if record.nameID in {COPYRIGHT, 5, 8, 9, 11, 12, 13, 14}]
    names.names = kept
    for name_id, text in own.items():
        names.setName(text, name_id, 3, 1, 0x409)
