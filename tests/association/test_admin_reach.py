"""Before a letter goes to many, the desk sees whom it does not reach, by which way and why, and where to find them."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from association.actions import addresses, newsletters, outbox, resolutions
from association.actors import Actor
from association.channels import reach
from association.models import Body, Message, NewsletterIssue, SmsTopic
from association.models.message import Topic
from association.ports import Addressee
from tests import world
from tests.adopted import founded, member
from tests.desk import staff

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
LIST = reverse("admin:association_message_unreached")


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(TODAY)
    founded("gen2", "institution", date(2025, 1, 1))


def of(user) -> Addressee:
    return Addressee(user.pk, user, user.name)


class TestWhy:
    def test_each_way_says_what_is_missing(self):
        silent, bare = world.user(name="无邮箱"), world.user(name="失效")
        type(silent).objects.filter(pk=silent.pk).update(email="")
        silent.refresh_from_db()
        addresses.mark_dead(bare, "mail", bare.email, reason="550", by=None)
        phone = world.user(name="有手机", mobile="13800138000", mobile_verified_at=datetime(2026, 1, 1, tzinfo=UTC))
        lifted = world.user(name="已恢复")
        addresses.lift(
            addresses.mark_dead(lifted, "mail", lifted.email, reason="550", by=None), by=Actor.officer(phone)
        )

        people = [of(silent), of(bare), of(phone), of(lifted), Addressee(9, None, "没有账号的会员")]
        found = reach.reached(people, ["mail", "sms"])

        assert found.counts == {"portal": 4, "mail": 2, "sms": 1}
        assert [(row.one.name, row.why) for row in found.unreached["mail"]] == [
            ("无邮箱", "账号没有邮箱"),
            ("失效", f"{bare.email} 已标记为失效"),
            ("没有账号的会员", "没有账号"),
        ]
        assert [row.why for row in found.unreached["sms"]] == ["没有已验证的手机号"] * 3 + ["没有账号"]

    def test_an_account_counts_once_and_who_does_without_not_at_all(self):
        one, other = world.user(), world.user(email="")
        type(other).objects.filter(pk=other.pk).update(email="")
        found = reach.reached([of(one), of(one), of(other)], ["mail"], without={other.pk})
        assert (found.counts, found.unreached) == ({"portal": 1, "mail": 1}, {"mail": []})

    @pytest.mark.parametrize("count", [1, 30])
    def test_it_reads_as_much_for_thirty_as_for_one(self, count, django_assert_num_queries):
        people = [of(world.user()) for _ in range(count)]
        with django_assert_num_queries(1):
            reach.reached(people, ["mail", "sms"])

    def test_text_messages_count_where_the_association_sends_them(self, settings):
        settings.SMS_PROVIDER = "file"
        assert reach.ways_of(Topic.MEETING) == ["mail"]
        row = SmsTopic.objects.create(topic=Topic.MEETING, is_on=True, template_code="1", wording="${title}")
        assert reach.ways_of(Topic.MEETING) == ["mail", "sms"]
        SmsTopic.objects.create(letter="meeting.invitation", is_on=False)
        assert reach.ways_of(Topic.MEETING, "meeting.invitation") == ["mail"]
        SmsTopic.objects.filter(pk=row.pk).update(is_on=False)
        assert reach.ways_of(Topic.MEETING) == ["mail"]


def main(response) -> str:
    return response.content.decode().partition("<main")[2]


class TestBeforeItGoesOut:
    def issue(self) -> NewsletterIssue:
        by = Actor.officer(world.user(is_staff=True))
        return newsletters.draft(number=1, subject="三月要闻", text="正文。", by=by, on=TODAY)

    def asked(self, client, row) -> str:
        return main(client.post(reverse("admin:association_newsletterissue_send", args=[row.pk]), {"parts_0": []}))

    def test_a_newsletter_names_who_has_no_address(self):
        client, row = staff("secretariat"), self.issue()
        member("unit", user=world.user())
        without = member("unit")
        gone = world.user()
        member("unit", user=gone)
        newsletters.opt_out(gone, on=TODAY)

        page = self.asked(client, row)
        assert "站内 1、邮件 1" in page
        assert "邮件无法送达的人员（1）" in page
        assert without.party.name in page
        assert reverse("admin:members_membership_change", args=[without.pk]) in page
        assert gone.email not in page
        everybody = main(client.get(f"{LIST}?way=mail&newsletter=1"))
        assert without.party.name in everybody
        assert "共 1 人无法由此渠道送达" in everybody

    def test_many_are_counted_and_paged(self):
        client, row = staff("secretariat"), self.issue()
        member("unit", user=world.user())
        for _ in range(12):
            member("unit")
        page = self.asked(client, row)
        assert "邮件无法送达的人员（12）" in page
        assert page.count("没有账号</span>") == 10
        assert "另有 2 人，查看全部名单" in page
        assert main(client.get(f"{LIST}?way=mail")).count("没有账号</td>") == 12

    def test_whoever_is_reached_is_not_named(self):
        client, row = staff("secretariat"), self.issue()
        member("unit", user=world.user())
        assert "无法送达" not in self.asked(client, row)
        assert "全部可以送达" in main(client.get(f"{LIST}?way=mail"))

    @pytest.mark.parametrize("wrong", ["way=x", "part=x", "page=x", "way=mail&part=class:nobody"])
    def test_a_query_that_is_none_of_ours_asks_for_everybody(self, wrong):
        assert staff("secretariat").get(f"{LIST}?{wrong}").status_code == 200

    def test_only_who_may_see_messages(self):
        assert staff("finance").get(LIST).status_code == 403
        assert staff("secretariat").get(f"{LIST}?meeting=999").status_code == 404


class TestInvitations:
    def test_the_secretariat_sees_who_is_to_be_called_before_it_invites(self, clock):
        client = staff("secretariat")
        body = Body.objects.first()
        seats = [world.seated(body.key) for _ in range(2)]
        addresses.mark_dead(seats[0], "mail", seats[0].email, reason="550", by=None)
        meeting = resolutions.hold_meeting(body, "第三次会议", held_on=date(2026, 3, 20))
        address = reverse("admin:association_meeting_invite", args=[meeting.pk])

        page = main(client.post(address))
        assert "邮件无法送达的人员（1）" in page
        assert seats[0].name in page
        assert "已标记为失效" in page
        assert reverse("admin:association_user_change", args=[seats[0].pk]) in page
        assert not Message.objects.filter(unique_key__startswith="invited:").exists()
        assert seats[0].name in main(client.get(f"{LIST}?way=mail&meeting={meeting.pk}"))

        assert client.post(address, {"confirmed": "1"}).status_code == 302
        outbox.send("mail")
        mails = Message.objects.filter(unique_key__startswith="invited:", channel="mail")
        assert mails.filter(sent_at=None).get().recipient == seats[0]
