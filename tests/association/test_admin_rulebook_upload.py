"""A rulebook file comes in at the desk: stored once, or every problem with its line, and nothing typed is lost."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from association.models import RulebookVersion
from association.rulebook import digest, preset_text
from tests.adopted import founded, named, swapped
from tests.desk import client_of, staff, told
from tests.rulebook_files import BOOK

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:association_rulebookversion_upload")


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-11-20")
    founded()


@pytest.fixture
def client():
    return staff("secretariat")


def upload(client: Client, content: str | bytes, name: str = "办法.toml"):
    raw = content.encode() if isinstance(content, str) else content
    return client.post(PAGE, {"file": SimpleUploadedFile(name, raw, "application/octet-stream")})


def kept(answer) -> str:
    """What stands in the page's editor."""
    return answer.context["reading"].text


def faults(answer) -> list[str]:
    """«line path: words» of every problem on the page, which stored nothing."""
    assert answer.status_code == 200
    assert RulebookVersion.objects.count() == 1
    shown = answer.content.decode()
    for fault in answer.context["faults"]:
        assert f'data-line="{fault.line}"' in shown
    return [f"{fault.line} {fault.path}: {fault.text}" for fault in answer.context["faults"]]


def test_a_good_file_is_stored_and_its_page_opens(client):
    text = named(preset_text("acg"), "acg/2")
    answer = upload(client, text)

    version = RulebookVersion.objects.get(document_version="acg/2")
    assert (version.encoding, version.text, version.stored_by.name) == (1, text, "secretariat")
    assert answer.url == reverse("admin:association_rulebookversion_change", args=[version.pk])
    assert "已存档" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("change", [str, lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text])
def test_the_same_file_twice_is_one_version(client, change):
    text = named(preset_text("acg"), "acg/2")
    first = upload(client, text)
    again = upload(client, change(text), "另一个名字.toml")

    assert again.url == first.url
    assert "已经存档" in told(again)
    assert RulebookVersion.objects.filter(document_version="acg/2").count() == 1


def test_one_character_more_is_another_encoding(client):
    text = named(preset_text("acg"), "acg/2")
    upload(client, text)
    upload(client, text + "#\n")

    assert list(RulebookVersion.objects.filter(document_version="acg/2").values_list("encoding", flat=True)) == [1, 2]


def test_problems_are_listed_with_line_path_and_article_beside_the_lines(client):
    text = swapped(BOOK, ("n = 5\n", 'n = "5"\ncolour = 1\n'))
    answer = upload(client, text)

    line = text.split("\n").index('n = "5"') + 1
    found = faults(answer)
    assert [fault.partition(":")[0] for fault in found] == [f"{line} bans[left].n", f"{line + 1} bans[left].colour"]
    assert answer.context["faults"][0].article == "第一条"
    (passage,) = answer.context["passages"]
    assert [row.number for row in passage if row.faulty] == [line, line + 1]
    assert (passage[0].number, passage[-1].number) == (line - 2, line + 3)
    assert kept(answer) == text


def test_the_first_and_the_last_line_have_their_passage(client):
    answer = upload(client, "colour = 1\n" + BOOK + 'wrong = "x"')
    passages = answer.context["passages"]

    assert (passages[0][0].number, passages[0][0].faulty) == (1, True)
    assert (passages[-1][-1].text, passages[-1][-1].faulty) == ('wrong = "x"', True)


def test_what_was_uploaded_is_corrected_on_the_page_and_checked_again(client):
    wrong = upload(client, swapped(BOOK, ("n = 5", "n = 2.5")))
    assert len(faults(wrong)) == 1

    corrected = kept(wrong).replace("n = 2.5", "n = 3").replace("\n", "\r\n")  # as a browser sends it
    answer = client.post(PAGE, {"text": corrected, "name": "办法.toml"})

    version = RulebookVersion.objects.get(rulebook="demo")
    assert answer.url == reverse("admin:association_rulebookversion_change", args=[version.pk])
    assert "n = 3" in version.text
    assert "\r" not in version.text
    assert version.digest == digest(version.text)


def test_the_editor_shows_the_text_as_it_was_typed(client):
    """A first empty line and tags in the text survive the page; nothing of them becomes a tag."""
    text = "\n" + swapped(BOOK, ("第一款", "<script>alert(1)</script>&amp;第一款"))
    answer = upload(client, text)

    assert faults(answer)
    shown = answer.content.decode()
    inside = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", shown, re.DOTALL)[1]
    assert inside.startswith("\nschema = 1")
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;第一款" in inside


def test_an_article_named_twice_says_where_it_stood(client):
    text = swapped(BOOK, ('"2" = "会员分为单位会员。"', '"2" = "会员分为单位会员。"\n"2" = "会员分为两类。"'))
    line = text.split("\n").index('"2" = "会员分为两类。"') + 1

    (fault,) = faults(upload(client, text))
    assert fault.startswith(f"{line} articles.2: 第二条（键 2）在第 {line - 1} 行已经写过")


def test_control_characters_and_tags_in_an_article(client):
    answer = upload(client, swapped(BOOK, ("第一款", "第一\\u0007款"), ("第二款", "<b>第二款</b>")))

    found = "\n".join(faults(answer))
    assert "控制字符" in found
    assert "网页标签" in found


def test_raw_control_characters_are_shown_as_such(client):
    answer = upload(client, swapped(BOOK, ('"会员分为单位会员。"', '"会员\x07分为\x00单位会员。"')))

    assert faults(answer)
    assert any("会员�分为�单位会员" in row.text for passage in answer.context["passages"] for row in passage)
    assert "\x00" not in answer.content.decode()


@pytest.mark.parametrize("size", [1_000_001, 5_000_000])
def test_a_file_over_the_limit_is_refused_before_it_is_read_whole(client, size, monkeypatch):
    monkeypatch.setattr("association.admin.rulebooks.uploads.decode", None)  # nobody even decodes it
    answer = upload(client, b"#" * size)

    (fault,) = faults(answer)
    assert "超过上限 1000000 字节" in fault
    assert not answer.wsgi_request.FILES


def test_a_file_at_the_limit_is_read(client):
    filler = "#" * (1_000_000 - len(BOOK.encode()))
    assert upload(client, BOOK + filler).status_code == 302
    assert RulebookVersion.objects.filter(rulebook="demo").exists()


def test_a_text_over_the_limit_stays_in_the_editor(client):
    answer = client.post(PAGE, {"text": BOOK + "#" * 1_000_000})

    assert "超过上限" in faults(answer)[0]
    assert kept(answer).startswith("schema = 1")


def test_a_text_that_the_server_does_not_even_take_is_refused_kindly(client):
    answer = client.post(PAGE, {"text": "#" * 3_000_000})

    assert "超过上限" in faults(answer)[0]


def test_a_file_that_is_not_utf8_is_offered_converted(client):
    answer = upload(client, BOOK.encode("gb18030"))

    (fault,) = faults(answer)
    assert "不是 UTF-8" in fault
    assert kept(answer) == BOOK
    assert "GB18030" in answer.content.decode()
    assert client.post(PAGE, {"text": kept(answer)}).status_code == 302


GARBAGE = {
    "picture": b"\x89PNG\r\n\x1a\n\x00\x00",
    "utf-16": b"\xff\xfe\x00\x00",
    "bytes": bytes(range(256)) * 40,
    "words": "不是规则".encode(),
    "brackets": b"[[[[",
    "equals": b"=\n" * 50,
}


@pytest.mark.parametrize("raw", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_a_problem_and_no_accident(client, raw):
    assert faults(upload(client, raw, "x\x00\n<b>.toml"))


@pytest.mark.parametrize("sent", [{}, {"text": "  \n "}])
def test_nothing_sent_says_what_to_do(client, sent):
    answer = client.post(PAGE, sent)

    assert answer.status_code == 200
    assert "请选择文件" in answer.content.decode()


def test_an_empty_file_is_said_to_be_no_rulebook(client):
    answer = upload(client, "")
    assert answer.status_code == 200
    assert RulebookVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('id = "demo"', f'id = "{"d" * 41}"', "rulebook.id"),
        ('version = "demo/1"', f'version = "{"1" * 41}"', "rulebook.version"),
        ('title = "示范协会会员管理办法"', f'title = "{"办" * 201}"', "rulebook.title"),
        ('name = "理事会"', f'name = "{"会" * 81}"', "bodies.council.name"),
    ],
)
def test_names_longer_than_what_is_stored(client, old, new, path):
    (fault,) = faults(upload(client, swapped(BOOK, (old, new))))
    assert fault.partition(" ")[2].startswith(f"{path}: 文字过长")

    shorter = new.replace('"' + new[-2], '"', 1)
    assert upload(client, swapped(BOOK, (old, shorter))).status_code == 302


def test_a_forged_form_stores_nothing():
    user = staff("secretariat").get(PAGE).wsgi_request.user
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = client_of(user).cookies

    assert upload(careful, named(preset_text("acg"), "acg/2")).status_code == 403
    assert RulebookVersion.objects.count() == 1


def test_a_preset_is_taken_over_once(client):
    page = reverse("admin:association_rulebookversion_preset", args=["fire"])
    assert "采用" in client.get(page).content.decode()

    first = client.post(page)
    again = client.post(page)

    version = RulebookVersion.objects.get(rulebook="fire")
    assert first.url == again.url == reverse("admin:association_rulebookversion_change", args=[version.pk])
    assert version.text == preset_text("fire")
    assert "已存档，打开" in client.get(page).content.decode()


@pytest.mark.rule("GEN3-0.2")
def test_a_repealed_preset_is_read_and_not_taken_over(client):
    page = reverse("admin:association_rulebookversion_preset", args=["gen3"])
    shown = client.get(page).content.decode()

    assert "已废止（2007-05-01）" in shown
    assert ">采用<" not in shown
    assert client.post(page).status_code == 302
    assert not RulebookVersion.objects.filter(rulebook="gen3").exists()


def test_no_such_preset(client):
    for name in ("nothing", "..", "acg.toml"):
        assert client.get(f"/admin/association/rulebookversion/preset/{name}/").status_code == 404
        assert client.get(f"/admin/association/rulebookversion/preset/{name}/file/").status_code == 404


def test_the_file_of_a_version_comes_back_as_it_is_stored(client):
    version = RulebookVersion.objects.get()
    answer = client.get(reverse("admin:association_rulebookversion_file", args=[version.pk]))

    assert answer.content.decode() == version.text
    assert answer["Content-Disposition"] == 'attachment; filename="acg-acg-1-1.toml"'
    assert upload(client, answer.content).url == reverse("admin:association_rulebookversion_change", args=[version.pk])


def test_the_list_says_how_each_stands(client):
    upload(client, named(preset_text("acg"), "acg/2"))
    client.post(reverse("admin:association_rulebookversion_preset", args=["servicepool"]))
    answer = client.get(reverse("admin:association_rulebookversion_changelist"))

    membership, pool = answer.context["shelves"]
    assert [(row.version.label, str(row.state.label)) for row in membership.rows] == [
        ("acg/1-1", "施行中"),
        ("acg/2-1", "已存档，未施行"),
    ]
    assert (membership.title, pool.title) == ("会员管理办法", "湖北省安全技术防范行业协会服务机构库管理办法（试行）")
    presets = {preset.id: preset for preset in answer.context["presets"]}
    assert len(presets) == 14
    assert (presets["acg"].version > 0, presets["fire"].version, presets["gen3"].adoptable) == (True, 0, False)
    assert presets["gen3"].status == "已废止（2007-05-01）"
    shown = answer.content.decode()
    assert shown.count(">采用<") == 11  # all but acg and servicepool, which are stored, and gen3
