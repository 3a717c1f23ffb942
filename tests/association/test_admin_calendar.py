"""The calendar at the desk: a year comes in as a file, is looked at, and stored; what it moved is read there."""

from datetime import date

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from association import queries
from association.actions import reminders
from association.calendar_words import change_words
from association.models import CalendarOverride, CalendarYear, DeadlineChange
from tests import world
from tests.calendars import SOURCE, WORKDAYS_5, YEAR_2027, deadline, load
from tests.desk import auditor, desk, finance, told

pytestmark = pytest.mark.django_db

ADD = "/admin/association/calendaryear/add/"


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-11-20")
    world.found()


@pytest.fixture
def office():
    return desk()


def at(name, *args):
    return reverse(f"admin:association_{name}", args=args)


def typed(text=YEAR_2027, year=2027, **more):
    return {"year": year, "source": SOURCE, "text": text} | more


def upload(raw, name="2027.csv", **more):
    return {"year": 2027, "source": SOURCE, "file": SimpleUploadedFile(name, raw, "text/csv")} | more


def confirm(client, text=YEAR_2027, **more):
    seen = client.post(ADD, typed(text, **more)).context["plan"].seen
    return client.post(ADD, typed(text, confirmed="1", seen=seen, **more), follow=True)


def test_the_page_asks_for_the_next_year(office):
    page = office.get(ADD)

    assert page.context["form"].initial["year"] == 2027
    assert "2027-02-05至2027-02-11,放假,春节" in page.content.decode()
    assert "放假" in office.get(at("calendaryear_template")).content.decode()
    load()
    assert office.get(ADD).context["form"].initial["year"] == 2028


def test_a_file_is_looked_at_before_it_is_stored_and_what_it_moves_is_shown(office):
    case = world.submitted().case
    deadline(case, date(2027, 1, 29))
    deadline(case, date(2027, 9, 20), WORKDAYS_5)

    preview = office.post(ADD, upload(YEAR_2027.encode("gb18030")))
    page = preview.content.decode()

    assert not CalendarYear.objects.exists()
    assert "载入 2027 年的日历？" in page
    assert "2027年2月5日（星期五）" in page
    assert "1 个暂定期限顺延" in page
    assert "已告知的不缩短" in page
    assert "2027年2月12日" in page
    assert "2027年2月18日" in page
    answer = confirm(office)

    assert "2027 年的日历已载入。" in told(answer)
    assert "已重新计算 2 个期限。" in told(answer)
    row = CalendarYear.objects.get()
    assert answer.redirect_chain[-1][0] == at("calendaryear_change", row.pk)
    shown = answer.content.decode()
    assert SOURCE in shown
    assert "按新日历重新计算。" in shown
    assert "按新日历应为2027年9月26日；已告知的期限不缩短" in shown
    assert reverse("admin:case_admission", args=[case.key]) in shown
    assert not queries.calendar().is_workday(date(2027, 2, 5))
    listed = office.get(at("deadlinechange_changelist")).content.decode()
    assert "2027年2月18日" in listed
    assert "载入 2027 年日历。" in listed


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("2027-02-29,放假,春节", "2027 年不是闰年，没有 2 月 29 日。"),
        ("2026-12-31,放假,元旦", "2026年12月31日（星期四）不在 2027 年。"),
        ("明天,放假,元旦", "“明天”不是日期。"),
        ("2027-02-20,可能,春节", "“可能”既不是“放假”"),
    ],
)
def test_a_faulty_line_is_shown_beside_what_is_wrong_and_nothing_is_stored(office, line, words):
    text = f"{YEAR_2027}{line}\n"
    answer = office.post(ADD, typed(text, confirmed="1"))
    page = answer.content.decode()

    assert "第 13 行" in page
    assert f'<code class="code">{line}</code>' in page
    assert words in page
    assert line in page.partition("<textarea")[2]
    assert not CalendarYear.objects.exists()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"year": "2027", "source": SOURCE}, "请选择文件，或把内容贴在下面。"),
        ({"year": "2027", "source": "", "text": YEAR_2027}, "source"),
        ({"year": "", "source": SOURCE, "text": YEAR_2027}, "year"),
        ({"year": "2026", "source": SOURCE, "text": YEAR_2027}, "2026 年的法定日历已随程序提供"),
        ({"year": "2029", "source": SOURCE, "text": YEAR_2027}, "下一年是 2027 年"),
        ({"year": "2027", "source": SOURCE, "text": YEAR_2027.replace("端午节", "")}, "没有"),
        ({"year": "2027", "source": SOURCE, "text": "x" * 70_000}, "64 KB"),
    ],
)
def test_what_cannot_be_loaded_is_told(office, sent, words):
    answer = office.post(ADD, sent)

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not CalendarYear.objects.exists()


@pytest.mark.parametrize("raw", [b"\x89PNG\r\n\x1a\n\x00\x00", b"x," * 40_000, b""], ids=["picture", "large", "empty"])
def test_a_file_that_is_none_is_told(office, raw):
    answer = office.post(ADD, upload(raw))

    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode() or "整个文件" in answer.content.decode()
    assert not CalendarYear.objects.exists()


def test_the_same_year_twice_can_only_be_looked_at(office):
    load()

    preview = office.post(ADD, typed()).content.decode()
    answer = confirm(office)

    assert "没有需要保存的内容" in preview
    assert "disabled" in preview
    assert "已经载入，与此文件相同" in told(answer)


def test_a_year_is_replaced_with_its_difference_shown(office):
    load()
    other = YEAR_2027.replace("2027-10-09", "2027-10-10")

    page = office.post(ADD, typed(other)).content.decode()
    answer = confirm(office, other)

    assert "替换 2027 年的日历？" in page
    assert "2027年10月9日（星期六）" in page
    assert "按星期几" in page
    assert "上班（国庆节）" in page
    assert "已载入" in told(answer)
    assert queries.calendar().is_workday(date(2027, 10, 10))


def test_who_was_overtaken_looks_again(office):
    seen = office.post(ADD, typed()).context["plan"].seen
    load(YEAR_2027.replace("2027-10-09", "2027-10-10"))

    answer = office.post(ADD, typed(confirmed="1", seen=seen))

    assert "刚有人载入了 2027 年的日历" in told(answer)
    assert "替换 2027 年的日历？" in answer.content.decode()
    assert queries.calendar().is_workday(date(2027, 10, 10))


def test_a_year_is_never_edited_by_hand(office):
    row = load()

    assert office.post(at("calendaryear_change", row.pk), {"year": 2030}).status_code == 200
    assert CalendarYear.objects.get().year == 2027
    assert office.post(at("calendaryear_delete", row.pk), {"post": "yes"}).status_code == 403
    assert office.get(at("calendaryear_change", 999)).status_code == 404


def test_only_who_may_load_does():
    row = load()

    assert auditor().get(ADD).status_code == 403
    assert auditor().post(ADD, typed()).status_code == 403
    assert finance().get(at("calendaryear_changelist")).status_code == 403
    assert "重新载入" not in auditor().get(at("calendaryear_change", row.pk)).content.decode()
    assert finance().get(at("deadlinechange_changelist")).status_code == 403


def test_own_days_count_again_too(office):
    row = deadline(world.submitted().case, date(2027, 3, 1), WORKDAYS_5)
    content = "day,is_workday,note\n2027-03-03,0,本会放假\n".encode()

    office.post(at("calendaroverride_add"), {"day": "2027-03-02", "note": "本会放假"})
    preview = office.post(
        at("calendaroverride_import"),
        {"import_file": SimpleUploadedFile("x.csv", content, "text/csv"), "format": "1"},
    )
    form = preview.context["confirm_form"]
    row.refresh_from_db()
    assert row.due_on == date(2027, 3, 9)
    office.post(at("calendaroverride_process_import"), {name: form.initial.get(name, "") for name in form.fields})

    row.refresh_from_db()
    assert (row.due_on, DeadlineChange.objects.count()) == (date(2027, 3, 10), 2)
    kinds = {change.decision.kind for change in DeadlineChange.objects.all()}
    actors = {change.decision.actor for change in DeadlineChange.objects.all()}
    assert kinds == {"calendar.day_changed"}
    assert None not in actors
    office.post(at("calendaroverride_delete", CalendarOverride.objects.first().pk), {"post": "yes"})
    row.refresh_from_db()
    assert row.due_on == date(2027, 3, 10)


@pytest.mark.parametrize("count", [1, 3])
def test_records_cost_the_same_for_one_and_three(count, django_assert_num_queries):
    world.seated("membership_dept")
    case = world.submitted().case
    for _ in range(count):
        deadline(case, date(2027, 1, 29))
    reminders.remind(on=date(2027, 2, 5))
    row = load()
    client = auditor()
    pages = [at("calendaryear_change", row.pk), at("deadlinechange_changelist"), at("reminder_changelist")]
    for page, queries_made in zip(pages, (RECORDS["year"], RECORDS["changes"], RECORDS["reminders"]), strict=True):
        client.get(page)
        with django_assert_num_queries(queries_made):
            assert client.get(page).status_code == 200


RECORDS = {"year": 9, "changes": 8, "reminders": 8}


def test_reminders_are_read_in_words():
    case = world.submitted().case
    deadline(case, date(2026, 11, 9), code=case.step)
    reminders.remind(on=date(2026, 11, 24))

    page = auditor().get(at("reminder_changelist")).content.decode()

    for words in ("到期当天", "只发最新一次", "没有可以通知的账号", "会员部资格审查", "会员部"):
        assert words in page


def test_officer_and_applicant_read_the_old_day_beside_the_new_one(office):
    case = world.submitted().case
    person = case.applicant
    deadline(case, date(2027, 1, 29), code=case.step)
    load()

    page = desk("membership_dept").get(reverse("admin:case_admission", args=[case.key])).content.decode()
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    theirs = client.get(reverse("application", args=[case.key])).content.decode()

    for shown in (page, theirs):
        assert "原为2027年2月12日，按新日历重新计算。" in shown


def test_a_day_that_stayed_says_what_the_calendar_gives():
    case = world.submitted().case
    deadline(case, date(2027, 9, 20), WORKDAYS_5, code=case.step)
    confirmed = deadline(case, date(2026, 12, 24))
    load()

    page = desk("membership_dept").get(reverse("admin:case_admission", args=[case.key])).content.decode()

    assert "按新日历应为2027年9月26日；已告知的期限不缩短" in page
    assert change_words(confirmed.__class__.objects.with_change().get(pk=confirmed.pk)) == ""
