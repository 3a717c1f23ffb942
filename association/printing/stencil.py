"""Print one page many times with other texts: set it once with WeasyPrint, then fill in the fields.

A certificate's page is the same for a thousand members but for a dozen short lines. :func:`cut` has WeasyPrint set
the page twice, with one mark and with three marks in each field. From the two pages it learns where each line stands
and whether it grows to the right, to the left or to both sides. :meth:`Stencil.fill` then writes a PDF with the same
drawing, the lines replaced in place (so that the reading order stays), and fonts of just the glyphs it uses: 3 ms
instead of 60.

What it cannot do it refuses with :class:`Unsuitable`: a line that would wrap, a character outside the typeface. Then
the page goes to ``pdf.render``, which looks the same. The style sheet turns kerning and ligatures off
(``font-kerning: none; font-variant-ligatures: none``), so that a line is its glyphs side by side.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pydyf

from association.printing import fonts, pdf, typeface
from association.printing.faces import Face, face

_PLACE = re.compile(rb"1 0 0 -1 (?P<x>[-\d.]+) (?P<y>[-\d.]+) Tm")
_FONT = re.compile(rb"/(?P<font>[A-Z]+) (?P<size>[\d.]+) Tf")
_WORDS = re.compile(rb"\[.*\] TJ")
_HEX = re.compile(rb"<([0-9a-f]*)>")
_MARKS = [chr(code) for code in sorted(typeface.gb2312(), reverse=True) if 0x9000 < code < 0xA000]
_NEAR = 0.5  # CSS pixels that a mark may stand off where it is expected


class Unsuitable(Exception):
    """This page or this text needs the full render."""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """A picture in black and white: rows from the top, each padded to bytes, 1 is white."""

    width: int
    height: int
    bits: bytes


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of text as WeasyPrint drew it: style and size, left end and base line, glyphs, and the very drawing."""

    style: str
    size: bytes
    x: float
    y: bytes
    glyphs: tuple[int, ...]
    source: bytes


@dataclass(frozen=True, slots=True)
class _Slot:
    """A field's place: where its text starts (``grows`` 0), has its middle (0.5) or ends (1), in CSS pixels."""

    field: str
    style: str
    size: bytes
    x: float
    y: bytes
    grows: float


@dataclass(slots=True)
class _Proof:
    """A page that WeasyPrint has set: its drawing, the characters of its glyphs, graphics states and media box."""

    drawing: list[bytes | _Line]
    characters: dict[str, dict[int, str]]
    states: dict[str, Any]
    box: list[float]


@dataclass(frozen=True, slots=True)
class Stencil:
    """A page with named holes. Plain data: threads and forks may share it."""

    parts: tuple[bytes | _Slot, ...]
    rooms: Mapping[str, float]
    characters: Mapping[str, Mapping[int, str]]
    states: Mapping[str, Any]
    box: Sequence[float]

    def fill(self, texts: Mapping[str, str], picture: Bitmap, info: Mapping[str, str]) -> bytes:
        """The page as a PDF with these texts and this picture; ``info`` becomes its Title, Author and so on.

        :raises Unsuitable: when a text is too wide for its field or needs a glyph that the typeface lacks.
        """
        used = {style: dict(characters) for style, characters in self.characters.items()}
        drawing = [
            part if isinstance(part, bytes) else self._line(part, texts[part.field], used) for part in self.parts
        ]
        return _bind(drawing, used, picture, info, self)

    def _line(self, slot: _Slot, text: str, used: dict[str, dict[int, str]]) -> bytes:
        cut = face(slot.style)
        glyphs = _glyphs(text, cut)
        used[slot.style].update(zip(glyphs, text, strict=True))
        width = sum(cut.advances[glyph] for glyph in glyphs) / 1000
        if width > self.rooms[slot.field]:
            raise Unsuitable(f"{slot.field} is {width:.1f} em wide, {self.rooms[slot.field]} fit")
        x = slot.x - slot.grows * width * float(slot.size)
        words = "".join(f"{glyph:04x}" for glyph in glyphs).encode()
        return b"1 0 0 -1 %.6f %b Tm /%b %b Tf <%b> Tj" % (x, slot.y, slot.style.encode(), slot.size, words)


def cut(page: Callable[[Mapping[str, str]], str], rooms: Mapping[str, float], stylesheets: Sequence[Path]) -> Stencil:
    """Make a stencil of the page that ``page(texts)`` gives as HTML. About 150 ms.

    ``rooms`` says for each field how wide its text may be, in em. The page has exactly one picture.

    :raises Unsuitable: when the typeface is not built, a field is not there exactly once as a line of its own, or
        the rest of the page moves with the texts.
    """
    if not fonts.is_built():
        raise Unsuitable("the typeface is not built")
    blank = page(dict.fromkeys(rooms, ""))
    marks = dict(zip(rooms, (mark for mark in _MARKS if mark not in blank), strict=False))
    one = _prove(page(marks), stylesheets)
    three = _prove(page({field: 3 * mark for field, mark in marks.items()}), stylesheets)
    if len(one.drawing) != len(three.drawing):
        raise Unsuitable("the page changes with its texts")
    fields = {(style, face(style).glyphs[ord(mark)]): field for field, mark in marks.items() for style in fonts.STYLES}
    parts = [_part(first, second, fields) for first, second in zip(one.drawing, three.drawing, strict=True)]
    found = sorted(part.field for part in parts if isinstance(part, _Slot))
    if found != sorted(rooms):
        raise Unsuitable(f"fields {sorted(rooms)}, found {found}")
    hidden = set(marks.values())
    characters = {
        style: {glyph: text for glyph, text in known.items() if text not in hidden}
        for style, known in one.characters.items()
    }
    return Stencil(_joined(parts), dict(rooms), characters, one.states, one.box)


def _prove(html: str, stylesheets: Sequence[Path]) -> _Proof:
    proofs: list[_Proof] = []
    pdf.render(html, stylesheets, finisher=lambda document, sheet: proofs.append(_read(document, sheet)))
    return proofs[0]


def _read(document: Any, sheet: pydyf.PDF) -> _Proof:
    """Take WeasyPrint's page apart, before it is written."""
    used = list(document.fonts.values())
    styles = {font.hash: "Bold" if font.weight >= fonts.STYLES["Bold"] else "Regular" for font in used}
    if {font.family for font in used} != {typeface.FAMILY}:
        raise Unsuitable("the page needs other fonts")
    pages = [item for item in sheet.objects if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/Page"]
    if len(pages) != 1:
        raise Unsuitable(f"{len(pages)} pages")
    content, resources = (sheet.objects[int(pages[0][key].split()[0])] for key in ("Contents", "Resources"))
    if resources.get("Pattern") or resources.get("Shading") or len(resources.get("XObject", ())) != 1:
        raise Unsuitable("patterns, or not exactly one picture")
    characters: dict[str, dict[int, str]] = {style: {} for style in fonts.STYLES}
    for font in used:
        characters[styles[font.hash]].update(font.to_unicode)
    return _Proof(list(_drawing(content.stream, styles)), characters, resources["ExtGState"], pages[0]["MediaBox"])


def _drawing(operators: Sequence[bytes | str], styles: Mapping[str, str]) -> Iterator[bytes | _Line]:
    """The page's operators, those of each line of text bound together; names of fonts and picture made ours.

    A line is its place, its font unless that is still set, and its glyphs.
    """
    ops = iter([line if isinstance(line, bytes) else line.encode() for line in operators])
    style, size = "", b""
    for op in ops:
        if place := _PLACE.fullmatch(op):
            source, words = [op], next(ops)
            if font := _FONT.fullmatch(words):
                style, size = styles[font["font"].decode()], font["size"]
                source.append(b"/%b %b Tf" % (style.encode(), size))
                words = next(ops)
            if not _WORDS.fullmatch(words) or not style:
                raise Unsuitable("a line that is no plain text")
            text = b"".join(_HEX.findall(words)).decode()
            glyphs = tuple(int(text[start : start + 4], 16) for start in range(0, len(text), 4))
            yield _Line(style, size, float(place["x"]), place["y"], glyphs, b"\n".join([*source, words]))
        elif op.endswith((b" Tf", b" TJ")):
            raise Unsuitable("a line of several fonts")
        else:
            yield b"/Picture Do" if op.endswith(b" Do") else op


def _part(first: bytes | _Line, second: bytes | _Line, fields: Mapping[tuple[str, int], str]) -> bytes | _Slot:
    """What stands in both proofs at one place: drawing that stays, or a field."""
    if first == second:
        return first.source if isinstance(first, _Line) else first
    if not isinstance(first, _Line) or not isinstance(second, _Line) or second.glyphs != 3 * first.glyphs:
        raise Unsuitable("the page changes with its texts")
    field, size = fields.get((first.style, first.glyphs[0])), float(first.size)
    if field is None or (first.y, first.size) != (second.y, second.size):
        raise Unsuitable("a line of the page changes with its texts")
    for grows in (0, 0.5, 1):
        if abs(first.x - second.x - 2 * grows * size) < _NEAR:
            return _Slot(field, first.style, first.size, first.x + grows * size, first.y, grows)
    raise Unsuitable(f"{field} keeps neither its start, nor its middle, nor its end")


def _joined(parts: Sequence[bytes | _Slot]) -> tuple[bytes | _Slot, ...]:
    joined: list[bytes | _Slot] = []
    for part in parts:
        if joined and isinstance(part, bytes) and isinstance(joined[-1], bytes):
            joined[-1] += b"\n" + part
        else:
            joined.append(part)
    return tuple(joined)


def _glyphs(text: str, cut: Face) -> list[int]:
    if any(unicodedata.category(char)[0] in "MC" for char in text):
        raise Unsuitable("marks that combine")
    try:
        return [cut.glyphs[ord(char)] for char in text]
    except KeyError as missing:
        raise Unsuitable(f"no glyph for U+{missing.args[0]:04X}") from missing


def _bind(
    drawing: Sequence[bytes],
    used: Mapping[str, Mapping[int, str]],
    picture: Bitmap,
    info: Mapping[str, str],
    page: Stencil,
) -> bytes:
    """Write the PDF file."""
    book = pydyf.PDF()
    ink = _add(book, pydyf.Stream([b"\n".join(drawing)], compress=True))
    image = {
        "Type": "/XObject",
        "Subtype": "/Image",
        "Width": picture.width,
        "Height": picture.height,
        "ColorSpace": "/DeviceGray",
        "BitsPerComponent": 1,
        "Interpolate": "false",
    }
    resources = {
        "ExtGState": pydyf.Dictionary({name: pydyf.Dictionary(state) for name, state in page.states.items()}),
        "Font": pydyf.Dictionary({style: _add_font(book, face(style), used[style]) for style in used if used[style]}),
        "XObject": pydyf.Dictionary({"Picture": _add(book, pydyf.Stream([picture.bits], image, compress=True))}),
    }
    book.add_page(
        pydyf.Dictionary(
            {
                "Type": "/Page",
                "Parent": book.pages.reference,
                "MediaBox": pydyf.Array(page.box),
                "Contents": ink,
                "Resources": pydyf.Dictionary(resources),
            }
        )
    )
    book.catalog["Lang"] = pydyf.String("zh-Hans")
    book.info.update({key: pydyf.String(value) for key, value in info.items()})
    output = BytesIO()
    book.write(output, version=b"1.7", identifier=False, compress=False)
    return output.getvalue()


def _add(book: pydyf.PDF, item: pydyf.Object) -> bytes:
    book.add_object(item)
    return item.reference


def _add_font(book: pydyf.PDF, cut: Face, characters: Mapping[int, str]) -> bytes:
    """Embed the glyphs of these characters under their own numbers; return the reference."""
    program, numbers = cut.subset(characters)
    tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(program).digest()[:6])
    name = f"/{tag}+{cut.name}"
    system = {"Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity"), "Supplement": 0}
    descriptor = {
        "Type": "/FontDescriptor",
        "FontName": name,
        "Flags": 6,  # symbolic (its own encoding), with serifs
        "FontBBox": pydyf.Array([0, cut.descent, 1000, cut.ascent]),
        "ItalicAngle": 0,
        "Ascent": cut.ascent,
        "Descent": cut.descent,
        "CapHeight": cut.ascent,
        "StemV": 80,
        "FontFile2": _add(book, pydyf.Stream([program], {"Length1": len(program)}, compress=True)),
    }
    widths = (f"{glyph} [{cut.advances[glyph]}]" for glyph in sorted(characters))
    descendant = {
        "Type": "/Font",
        "Subtype": "/CIDFontType2",
        "BaseFont": name,
        "CIDSystemInfo": pydyf.Dictionary(system),
        "CIDToGIDMap": _add(book, pydyf.Stream([numbers], compress=True)),
        "DW": 1000,
        "W": f"[{' '.join(widths)}]",
        "FontDescriptor": _add(book, pydyf.Dictionary(descriptor)),
    }
    font = {
        "Type": "/Font",
        "Subtype": "/Type0",
        "BaseFont": name,
        "Encoding": "/Identity-H",
        "ToUnicode": _add(book, pydyf.Stream([_unicode_map(characters)], compress=True)),
        "DescendantFonts": pydyf.Array([_add(book, pydyf.Dictionary(descendant))]),
    }
    return _add(book, pydyf.Dictionary(font))


def _unicode_map(characters: Mapping[int, str]) -> bytes:
    """Which characters the glyphs stand for, so that the text can be copied and searched."""
    pairs = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(characters.items())]
    blocks = (pairs[start : start + 100] for start in range(0, len(pairs), 100))
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()
