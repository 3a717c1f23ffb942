"""The typeface, HTML to PDF, pictures of pages, and stencils."""

import logging
import multiprocessing
import threading
from io import BytesIO, StringIO
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from PIL import Image

from association.printing import fonts, pdf, stencil, typeface
from association.printing.faces import face
from association.printing.stencil import Bitmap, Unsuitable

RARE = "龘喆堃㛃䶮𬭎𠮷"
PAGE = '<html lang="zh-Hans"><title>{title}</title><meta name="author" content="协会"><p>{text}</p></html>'
SERIF = 'font-family: "Huiji Serif", "Noto Serif CJK SC"'


@pytest.fixture(scope="module", autouse=True)
def typeface_is_built() -> None:
    fonts.build()


def page(text: str, title: str = "题") -> str:
    return PAGE.format(title=title, text=f'<span style="{SERIF.replace(chr(34), chr(39))}">{text}</span>')


# The typeface


@pytest.mark.parametrize("style", list(fonts.STYLES))
def test_typeface_holds_gb2312_as_truetype_under_its_own_name(style: str) -> None:
    with TTFont(fonts.built(style)) as font:
        assert typeface.gb2312() <= set(font.getBestCmap())
        assert font.sfntVersion == "\0\1\0\0"
        assert font["OS/2"].fsType == 0
        names = {record.nameID: str(record) for record in font["name"].names}
    assert names[1] == "Huiji Serif"
    assert names[6] == f"HuijiSerif-{style}"
    assert "Open Font License" in names[13]
    assert "Adobe" in names[0]
    assert not [text for key, text in names.items() if key not in {11} and "Noto" in text]


def test_gb2312_is_whole() -> None:
    assert len(typeface.gb2312()) == 7445


def test_converted_outlines_stay_within_two_thousandths_of_the_original() -> None:
    with typeface.open_face(fonts.system_font("Regular")) as before, TTFont(fonts.built("Regular")) as after:
        for char in "会员登记证书永鑫，Ag9":
            bounds = []
            for font in (before, after):
                glyphs = font.getGlyphSet()
                pen = BoundsPen(glyphs)
                glyphs[font.getBestCmap()[ord(char)]].draw(pen)
                bounds.append(pen.bounds)
            assert bounds[0] == pytest.approx(bounds[1], abs=2)


def test_building_again_does_nothing() -> None:
    before = fonts.built("Bold").stat().st_mtime_ns
    assert fonts.build() is False
    assert fonts.built("Bold").stat().st_mtime_ns == before


def test_a_build_that_dies_leaves_nothing_that_is_read(
    tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FONTS_DIR = tmp_path

    def die(workshop: Path) -> None:
        (workshop / "huiji-serif-regular.ttf").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(fonts, "_cut_all", die)
    with pytest.raises(KeyboardInterrupt):
        fonts.build()
    assert not fonts.is_built()
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]
    assert fonts.stylesheet() == ""


def test_another_recipe_or_source_builds_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fonts.is_built()
    monkeypatch.setattr(typeface, "RECIPE", typeface.RECIPE + 1)
    assert not fonts.is_built()


def test_a_broken_stamp_counts_as_not_built(tmp_path: Path, settings) -> None:
    settings.FONTS_DIR = tmp_path
    (tmp_path / fonts.STAMP).write_text("{", encoding="utf-8")
    assert not fonts.is_built()


def test_command_says_what_it_did() -> None:
    said = StringIO()
    call_command("build_fonts", stdout=said)
    assert said.getvalue().strip() == "证书字体已存在，无需重新生成。"


def test_missing_system_font_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "SYSTEM_FOLDERS", ())
    fonts.system_font.cache_clear()
    try:
        with pytest.raises(CommandError, match="apt-get install fonts-noto-cjk"):
            call_command("build_fonts")
        assert "apt-get install fonts-noto-cjk" in fonts.problems()[0]
    finally:
        fonts.system_font.cache_clear()


def test_this_machine_has_what_printing_needs() -> None:
    assert fonts.problems() == []


def test_missing_subset_library_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "SUBSET_LIBRARY", "libnowhere.so.0")
    assert ["libharfbuzz-subset0" in problem for problem in fonts.problems()] == [True]


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("北京星河动漫文化有限公司", ""),
        (RARE, ""),
        ("阿依努尔·买买提", ""),
        ("José Ñuñez", ""),
        ("葛\U000e0100城", ""),  # a variation selector has no picture of its own
        ("张\ue000三\U0001f600\ue000", "\ue000\U0001f600"),
        ("张\x07三", "\x07"),
    ],
)
def test_missing_glyphs_names_what_cannot_be_printed(name: str, missing: str) -> None:
    assert fonts.missing_glyphs(name) == missing


# HTML to PDF


def test_text_and_metadata_come_through() -> None:
    document = pdf.render(page("会员登记", title="证书"))
    assert pdf.text(document).strip() == "会员登记"
    with pdf.pdfium.opened(document) as opened:
        assert opened.get_metadata_dict()["Title"] == "证书"
        assert opened.get_metadata_dict()["Author"] == "协会"
    with pikepdf.open(BytesIO(document)) as opened:
        assert str(opened.Root.Lang) == "zh-Hans"


def test_rare_hanzi_come_from_the_system_font() -> None:
    assert pdf.text(pdf.render(page(f"张{RARE}"))).strip() == f"张{RARE}"


def test_the_same_page_gives_the_same_bytes() -> None:
    assert pdf.render(page("会员")) == pdf.render(page("会员"))


def test_an_unprintable_character_stops_the_document() -> None:
    with pytest.raises(pdf.Unprintable) as stopped:
        pdf.render(page("张\ue000三\ue001\ue000"))
    assert stopped.value.characters == "\ue000\ue001"


def test_it_stops_even_when_logging_is_off() -> None:
    logger = logging.getLogger("weasyprint")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with pytest.raises(pdf.Unprintable):
            pdf.render(page("\ue000"))
        assert logger.level == logging.CRITICAL
    finally:
        logger.setLevel(level)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a.png",
        "http://127.0.0.1:1/a.png",
        "file:///etc/hostname",
        "ftp://example.org/a.png",
        f"file://{settings.BASE_DIR}/static/../manage.py",
        f"file://{settings.BASE_DIR}/static/%2e%2e/manage.py",
        "file://elsewhere/share/a.png",
    ],
)
def test_a_document_may_not_load_what_is_not_ours(address: str) -> None:
    with pytest.raises(pdf.Forbidden):
        pdf.render(page(f'<img src="{address}">'))


def test_a_picture_that_does_not_load_stops_the_document() -> None:
    with pytest.raises(pdf.NotPrinted):
        pdf.render(page(f'<img src="file://{settings.BASE_DIR}/static/nowhere.png">'))
    with pytest.raises(pdf.NotPrinted):
        pdf.render(page('<img src="data:image/png;base64,AAAA">'))


def test_an_endless_page_is_refused() -> None:
    with pytest.raises(pdf.NotPrinted):
        pdf.render(page("会" * 300_000))


def test_threads_take_turns() -> None:
    names = [f"会员{number}" for number in range(8)]
    texts: dict[str, str] = {}

    def work(name: str) -> None:
        texts[name] = pdf.text(pdf.render(page(name))).strip()

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == {name: name for name in names}


def _in_child(answers) -> None:
    fresh = pdf._press is None
    answers.put((fresh, pdf.text(pdf.render(page("子进程"))).strip()))


def test_a_fork_makes_its_own_press_and_leaves_the_parents_fonts() -> None:
    pdf.warm()
    folder = pdf._press.configuration._folder
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=_in_child, args=(answers,))
    child.start()
    assert answers.get(timeout=60) == (True, "子进程")
    child.join()
    assert sorted(path.stat().st_size for path in folder.iterdir()) == sorted(
        fonts.built(style).stat().st_size for style in fonts.STYLES
    )
    assert pdf.text(pdf.render(page("父进程"))).strip() == "父进程"


def test_picture_has_the_width_asked_for() -> None:
    document = pdf.render("<style>@page { size: A4 landscape }</style><p>A</p>")
    with Image.open(BytesIO(pdf.png(document, width=1240))) as picture:
        assert picture.format == "PNG"
        assert picture.width == 1240
        assert picture.height == pytest.approx(1240 / 2**0.5, abs=1)
    with pytest.raises(IndexError):
        pdf.png(document, page=1)


# Stencils

WHITE = Bitmap(1, 1, b"\x80")
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def sheet_html(style: str, name: str, more: str = "") -> str:
    css = f"body {{ {SERIF}; font-kerning: none }} p {{ margin: 0; {style} }} img {{ width: 5mm }}"
    sheet_css = f"@page {{ size: 100mm 60mm; margin: 5mm }} {css}"
    return f"<html lang=zh-Hans><style>{sheet_css}</style><p>{name}</p>{more}<img src='{PIXEL}'></html>"


def sheet(style: str, more: str = "") -> stencil.Stencil:
    return stencil.cut(lambda texts: sheet_html(style, texts["name"], more), {"name": 10.0}, [])


@pytest.mark.parametrize(
    ("style", "grows"), [("text-align: left", 0), ("text-align: center", 0.5), ("text-align: right", 1)]
)
def test_a_stencil_learns_which_way_a_field_grows(style: str, grows: float) -> None:
    slots = [part for part in sheet(style).parts if not isinstance(part, bytes)]
    assert [(slot.field, slot.grows) for slot in slots] == [("name", grows)]


def test_lines_around_a_field_stay_as_they_are() -> None:
    filled = sheet("text-align: center", "<p>其一</p><p><b>其二</b></p>").fill({"name": "星河"}, WHITE, {})
    whole = pdf.render(sheet_html("text-align: center", "星河", "<p>其一</p><p><b>其二</b></p>"))
    assert pdf.text(filled).split() == ["星河", "其一", "其二"]
    assert pdf.png(filled, width=600) == pdf.png(whole, width=600)


@pytest.mark.parametrize("style", ["text-align: left", "text-align: center; font-weight: bold", "text-align: right"])
def test_a_filled_stencil_looks_like_the_page(style: str) -> None:
    filled = sheet(style).fill({"name": "星河 Ltd. (1)"}, WHITE, {})
    whole = pdf.render(sheet_html(style, "星河 Ltd. (1)"))
    assert pdf.text(filled) == pdf.text(whole)
    assert pdf.png(filled, width=600) == pdf.png(whole, width=600)


def test_a_stencil_refuses_what_does_not_fit_or_has_no_glyph() -> None:
    cut = sheet("text-align: left")
    assert cut.fill({"name": "会" * 10}, WHITE, {})
    for text in ("会" * 11, "龘", "e\u0301", "\u202e会"):
        with pytest.raises(Unsuitable):
            cut.fill({"name": text}, WHITE, {})


def test_a_page_that_moves_with_its_texts_cannot_be_a_stencil() -> None:
    with pytest.raises(Unsuitable):
        sheet("display: inline", more="<span>后文</span>")
    with pytest.raises(Unsuitable):
        sheet("display: inline-block; border: 1px solid")


def test_a_field_must_be_there_once() -> None:
    with pytest.raises(Unsuitable, match="found"):
        stencil.cut(lambda texts: sheet_html("", "", "<p>别的</p>"), {"name": 10.0}, [])
    with pytest.raises(Unsuitable, match="found"):
        stencil.cut(lambda texts: sheet_html("", texts["name"], f"<p>{texts['name']}</p>"), {"name": 10.0}, [])


def test_a_subset_is_a_font_with_the_same_outlines() -> None:
    whole = face("Regular")
    glyphs = [whole.glyphs[ord(char)] for char in "会籍Ag"]
    program, numbers = whole.subset(glyphs)
    with TTFont(BytesIO(program), checkChecksums=2) as font, TTFont(fonts.built("Regular")) as source:
        assert font["maxp"].numGlyphs == len(glyphs) + 1
        for glyph in glyphs:
            new = int.from_bytes(numbers[2 * glyph : 2 * glyph + 2], "big")
            drawn, original = font["glyf"][font.getGlyphName(new)], source["glyf"][source.getGlyphName(glyph)]
            assert list(drawn.coordinates) == list(original.coordinates)
            assert font["hmtx"][font.getGlyphName(new)] == source["hmtx"][source.getGlyphName(glyph)]
