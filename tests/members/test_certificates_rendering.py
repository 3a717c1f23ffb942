"""The certificate: what it says, that it looks the same by every way, that its code can be scanned."""

import random
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import combinations
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops

from association.printing import fonts, pdf, pdfium, typeface
from association.rulebook import load, preset_text
from members.certificates import rendering
from members.certificates.facts import DUTY, CertificateFacts, ReviewStamp
from members.certificates.wording import articles_of, duty_of
from tools.bench.certificates import facts as unit_facts
from tools.bench.certificates import naive

RARE = "龘喆堃㛃䶮𬭎𠮷"
DPI_150 = 1754  # pixels across an A4 sheet at 150 dpi

UNIT = unit_facts(1)
PERSON = replace(
    UNIT, is_person=True, holder="欧阳星河", class_name="个人会员", tier_name="", field="", credit_code=""
)
STAMPED = replace(
    UNIT,
    stamps=(
        ReviewStamp(2026, "京二协审字", date(2026, 12, 29)),
        ReviewStamp(2027, "京二协审字", date(2028, 1, 13)),
    ),
)
LONG = replace(
    STAMPED,
    holder="中国（北京）自由贸易试验区国际商务服务片区文化创意产业发展与数字内容版权交易服务中心有限责任公司北京第一分中心及联合体各方",
    tier_name="常务副会长单位",
    field="动画、漫画、游戏、轻小说、虚拟偶像、角色扮演、周边衍生品设计与授权、主题展会策划与运营及线下体验空间经营和交流活动服务",
)
MIDDLE = replace(UNIT, holder="北京国际动漫游戏产业创新发展促进中心股份有限公司第二分公司")
LATIN = replace(PERSON, holder="José AVATAR Fiorèllo-Weiß", field="Comics & fiction")
RARE_NAME = replace(PERSON, holder=f"张{RARE}")
ALL = {
    "unit": UNIT,
    "person": PERSON,
    "stamped": STAMPED,
    "long": LONG,
    "middle": MIDDLE,
    "latin": LATIN,
    "rare": RARE_NAME,
}


@pytest.fixture(scope="module", autouse=True)
def typeface_is_built() -> None:
    fonts.build()


def words(document: bytes) -> str:
    """Its text without the white space."""
    return "".join(pdf.text(document).split())


def picture(document: bytes) -> Image.Image:
    return Image.open(BytesIO(pdf.png(document, width=DPI_150))).convert("L")


@pytest.mark.rule("ACG-22.a")
def test_it_names_the_holder_by_class_and_field() -> None:
    said = words(rendering.render_certificate(UNIT))
    for text in (
        "北京二次元文化创意协会",
        "会员登记证书",
        UNIT.holder,
        "会员证号BACCA-000001",
        "统一社会信用代码91110108MA01ABCD1E",
        "会员类型单位会员（理事单位）",
        "专业领域动画、漫画与游戏",
        "入会日期2026年9月15日",
        "登记有效期2026年9月15日至2026年12月31日",
        "《北京二次元文化创意协会会员管理办法》第二十一条、第二十二条",
        "会员资格审查",
        "2026年10月16日",
        UNIT.serial,
        "扫码查验",
    ):
        assert text in said


@pytest.mark.rule("ACG-23")
def test_it_carries_the_duty_text() -> None:
    assert DUTY == "会员登记证书应当妥善保管，不得涂改、出借、出租或转让。"
    assert DUTY in words(rendering.render_certificate(UNIT))


@pytest.mark.rule("ACG-22.a", "ACG-23")
def test_it_names_the_articles_it_rests_on_in_their_order_and_that_of_the_duty_beside_it() -> None:
    rulebook = load(preset_text("acg"))
    (rule,) = rulebook.certificates
    facts = replace(UNIT, articles=articles_of(rulebook, rule), duty=duty_of(rulebook, rule))

    said = words(rendering.render_certificate(facts))

    assert "会员管理办法》第十三条第一款、第二十一条、第二十二条完成会员登记，特发此证。" in said
    assert said.count("第二十三条") == 1
    assert "不得涂改、出借、出租或转让（第二十三条）。" in said


def test_closing_words_are_never_torn_apart() -> None:
    many = tuple(f"第二十{digit}条" for digit in "一二三四五六七八九")
    for count in range(1, len(many) + 1):
        facts = replace(UNIT, articles=many[:count])
        lines = pdf.text(rendering.render_certificate(facts)).splitlines()
        assert any("完成会员登记，特发此证。" in line for line in lines), lines


@pytest.mark.rule("ACG-22.b")
def test_passed_reviews_are_stamped() -> None:
    said = words(rendering.render_certificate(STAMPED))
    assert said.count("京二协审字") == 2
    assert "京二协审字20262026年12月29日" in said
    assert "京二协审字20272028年1月13日" in said
    assert "京二协审字" not in words(rendering.render_certificate(UNIT))


def test_more_reviews_than_boxes_show_the_latest() -> None:
    stamps = tuple(ReviewStamp(year, "京二协审字", date(year, 12, 1)) for year in range(2026, 2032))
    said = words(rendering.render_certificate(replace(UNIT, stamps=stamps)))
    assert said.count("京二协审字") == rendering.REVIEW_BOXES
    assert "京二协审字2026" not in said
    assert "京二协审字20312031年12月1日" in said


@pytest.mark.parametrize("name", list(ALL))
def test_it_looks_and_reads_like_the_naive_page(name: str) -> None:
    ours, bare = rendering.render_certificate(ALL[name]), naive(ALL[name])
    counts = ImageChops.difference(picture(ours), picture(bare)).histogram()
    assert sum(counts[65:]) / sum(counts) <= 0.005
    assert pdf.text(ours) == pdf.text(bare)


@pytest.mark.parametrize("name", ["unit", "person", "stamped", "middle", "latin"])
def test_the_stencil_and_the_full_render_are_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = ALL[name]
    full = pdf.render(rendering.certificate_html(facts), [rendering.STYLESHEET])
    rendering.render_certificate(facts)  # cuts the stencil
    monkeypatch.setattr(pdf, "render", lambda *_args, **_options: pytest.fail("not from the stencil"))
    ours = rendering.render_certificate(facts)
    counts = ImageChops.difference(picture(ours), picture(full)).histogram()
    assert sum(counts[65:]) / sum(counts) <= 0.0001
    assert pdf.text(ours) == pdf.text(full)
    with pikepdf.open(BytesIO(ours)) as one, pikepdf.open(BytesIO(full)) as other:
        for key in ("/Title", "/Author", "/Subject"):
            assert str(one.docinfo[key]) == str(other.docinfo[key])
        assert str(one.Root.Lang) == str(other.Root.Lang) == "zh-Hans"


def test_without_the_built_typeface_the_system_font_prints_the_same(settings: Any, tmp_path: Any) -> None:
    with_ours = words(rendering.render_certificate(UNIT))
    settings.FONTS_DIR = tmp_path
    rendering._cut.cache_clear()
    try:
        assert words(rendering.render_certificate(UNIT)) == with_ours
    finally:
        rendering._cut.cache_clear()


@pytest.mark.parametrize("name", list(ALL))
def test_the_code_leads_to_the_verification_page(name: str) -> None:
    found = zxingcpp.read_barcodes(picture(rendering.render_certificate(ALL[name])))
    assert [code.text for code in found] == [ALL[name].verification_url]


def test_every_code_can_be_scanned_from_the_phone_picture() -> None:
    chance = random.Random(2026)
    for _ in range(25):
        url = f"https://huiji.example.org/verify/{chance.getrandbits(80):020x}"
        document = rendering.render_certificate(replace(UNIT, verification_url=url))
        with Image.open(BytesIO(rendering.certificate_picture(document))) as image:
            assert image.width == 1240
            assert [code.text for code in zxingcpp.read_barcodes(image)] == [url]


@pytest.mark.parametrize("name", list(ALL))
def test_it_is_one_page_on_which_no_lines_touch(name: str) -> None:
    with pdfium.opened(rendering.render_certificate(ALL[name])) as document:
        assert len(document) == 1
        sheet = document[0]
        text = sheet.get_textpage()
        boxes = [text.get_rect(number) for number in range(text.count_rects())]
        width, height = sheet.get_size()
        text.close()
        sheet.close()
    assert (round(width), round(height)) == (842, 595)
    for left, bottom, right, top in boxes:
        assert left > 60
        assert bottom > 30
        assert right < width - 60
        assert top < height - 30
    for one, other in combinations(boxes, 2):
        overlap_x = min(one[2], other[2]) - max(one[0], other[0])
        overlap_y = min(one[3], other[3]) - max(one[1], other[1])
        assert overlap_x <= 1 or overlap_y <= 1, (one, other)


def test_rare_hanzi_are_printed() -> None:
    assert fonts.missing_glyphs(RARE_NAME.holder) == ""
    assert f"张{RARE}" in words(rendering.render_certificate(RARE_NAME))


def test_any_name_in_the_typeface_comes_out_as_it_went_in() -> None:
    chance = random.Random(22)
    hanzi = [chr(code) for code in sorted(typeface.gb2312()) if 0x4E00 <= code < 0xA000]
    for _ in range(60):
        holder = "".join(chance.choices(hanzi, k=chance.randint(2, 30)))
        assert holder in words(rendering.render_certificate(replace(UNIT, holder=holder)))


def test_an_unprintable_name_is_no_certificate() -> None:
    with pytest.raises(pdf.Unprintable) as stopped:
        rendering.render_certificate(replace(PERSON, holder="张\ue000三"))
    assert stopped.value.characters == "\ue000"


def test_markup_in_a_name_is_printed_as_it_is() -> None:
    for facts in (replace(UNIT, holder="<b>甲</b>&amp;"), replace(LONG, field="<img src=x>" + LONG.field[:40])):
        said = words(rendering.render_certificate(facts))
        assert "".join(facts.holder.split()) in said
        assert "".join(facts.field.split()) in said


def test_it_is_small_and_always_the_same() -> None:
    document = rendering.render_certificate(UNIT)
    assert len(document) < 40_000
    assert len(document) < 0.15 * len(naive(UNIT))
    assert rendering.render_certificate(UNIT) == document


def test_fonts_are_embedded_subsets() -> None:
    with pikepdf.open(BytesIO(rendering.render_certificate(UNIT))) as document:
        embedded = document.pages[0].Resources.Font
        names = sorted(str(font.BaseFont)[8:] for font in embedded.values())
        assert names == ["HuijiSerif-Bold", "HuijiSerif-Regular"]
        assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in embedded.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"credit_code": "91110108MA01ABCD1E"},
        {"holder": "张三 11010519491231002X"},
        {"field": "110105194912310021"},
    ],
)
def test_a_persons_certificate_never_shows_an_identity_number(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="identity number"):
        replace(PERSON, **wrong)


@pytest.mark.parametrize("wrong", [{"holder": " "}, {"serial": ""}, {"valid_until": date(2026, 9, 14)}])
def test_facts_that_make_no_certificate_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
        replace(UNIT, **wrong)
    replace(UNIT, valid_until=UNIT.valid_from)


@pytest.mark.parametrize("name", ["unit", "person", "stamped"])
def test_facts_survive_storage(name: str) -> None:
    assert CertificateFacts.from_json(ALL[name].as_json()) == ALL[name]


def test_the_picture_of_no_pdf_is_refused() -> None:
    with pytest.raises(pypdfium2.PdfiumError):
        rendering.certificate_picture(b"no pdf")
