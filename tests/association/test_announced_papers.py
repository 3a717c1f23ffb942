"""Attachments meant for the public: their text is read for private numbers, the rest is looked at by a person."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from association.actions import announcement_drafts as drafts
from association.actions import announcements, profile
from association.decisions import Refused
from association.files.reading import read
from association.models import Association
from association.models.announcement import ActKind
from association.phrases import sentence
from association.printing import pdf
from tests import world
from tests.announced import SHOWN, WRITTEN, drafted, secretary

ID, OLD_ID, MOBILE, CARD = "11010519491231002X", "110105491231002", "13800001234", "6222021234567890128"


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(SHOWN)
    world.found()


def written(*pages: str) -> bytes:
    """A PDF with these words, a page each."""
    body = "<hr style='break-after: page; border: 0'>".join(f"<p>{page}</p>" for page in pages)
    return pdf.render(f"<html><body>{body}</body></html>", [])


def scanned(width: int = 1240, height: int = 1754) -> bytes:
    """A PDF of one page that is only a picture."""
    output = BytesIO()
    Image.new("RGB", (width, height), "white").save(output, "PDF")
    return output.getvalue()


def joined(*parts: bytes) -> bytes:
    whole = pikepdf.new()
    for part in parts:
        with pikepdf.open(BytesIO(part)) as each:
            whole.pages.extend(each.pages)
    output = BytesIO()
    whole.save(output)
    return output.getvalue()


def attach(data: bytes, name: str = "名单.pdf"):
    draft = drafted()
    return draft, drafts.attach(draft, BytesIO(data), name=name, by=secretary(), on=WRITTEN)


def said(draft) -> list[str]:
    with pytest.raises(Refused) as refusal:
        announcements.release(draft, by=secretary(), on=SHOWN)
    return [sentence(reason) for reason in refusal.value.decision.reasons]


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        (ID, "110105********002X"),
        ("110105 19491231 002X", "110105********002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "110105********002X"),
        (OLD_ID, "1*************2"),
        (MOBILE, "138****1234"),
        ("138 0000 1234", "138****1234"),
        (CARD, "6222***********0128"),
    ],
)
def test_a_private_number_in_a_pdf_keeps_it_from_the_public(number, masked):
    draft, attached = attach(written("第一页，名单如下。", f"王某，{number}"))

    [words] = said(draft)
    assert masked in words
    assert "名单.pdf" in words
    assert "第2页" in words
    assert number not in str(attached.found)
    draft.refresh_from_db()
    assert draft.published_on is None
    drafts.detach(attached, by=secretary(), on=SHOWN)
    assert announcements.release(draft, by=secretary(), on=SHOWN).published_on == SHOWN


def test_a_pdf_with_nothing_private_goes_out_without_a_question():
    credit_code, telephone = "91110108MA01ABCD1E", "010-89552264"
    draft, attached = attach(written(f"北京星野文化传媒有限公司，{credit_code}，电话{telephone}，2026年9月15日。"))

    assert (attached.found, attached.by_eye) == ([], 0)
    assert announcements.release(draft, by=secretary(), on=SHOWN).published_on == SHOWN


def test_a_scan_waits_for_somebody_who_looks_at_it():
    draft, attached = attach(joined(written("封面"), scanned(), scanned()))

    assert attached.by_eye == 2
    [words] = said(draft)
    assert "名单.pdf" in words
    assert "2" in words
    by = secretary()
    drafts.look_through(attached, by=by, on=SHOWN)
    drafts.look_through(attached, by=secretary(), on=SHOWN)  # a second click
    attached.refresh_from_db()
    assert (attached.looked_on, attached.looked_by) == (SHOWN, by.user)
    looked = draft.acts.get(what=ActKind.LOOKED)
    assert (looked.note, looked.on, looked.decision.actor) == ("名单.pdf", SHOWN, by.user)
    assert announcements.release(draft, by=secretary(), on=SHOWN).published_on == SHOWN


def test_looking_at_the_scans_does_not_excuse_a_number_that_was_read():
    draft, attached = attach(joined(written(f"联系人{MOBILE}"), scanned()))
    drafts.look_through(attached, by=secretary(), on=SHOWN)

    [words] = said(draft)
    assert "138****1234" in words


def test_a_file_from_before_it_was_read_is_looked_at_first():
    draft, attached = attach(written("名单"))
    draft.attachments.update(by_eye=None)

    assert len(said(draft)) == 1
    attached.refresh_from_db()
    drafts.look_through(attached, by=secretary(), on=SHOWN)
    assert announcements.release(draft, by=secretary(), on=SHOWN).published_on == SHOWN


def test_nobody_looks_through_what_is_published():
    draft, attached = attach(scanned())
    drafts.look_through(attached, by=secretary(), on=SHOWN)
    announcements.release(draft, by=secretary(), on=SHOWN)

    with pytest.raises(Refused):
        drafts.look_through(attached, by=secretary(), on=SHOWN)


def test_the_associations_own_mobile_may_stand_in_a_pdf():
    Association.objects.update(phone=f"{MOBILE}、010-89552264")
    profile.touch()
    draft, _attached = attach(written(f"联系电话{MOBILE}"))

    assert announcements.release(draft, by=secretary(), on=SHOWN).published_on == SHOWN


@pytest.mark.parametrize(("share", "by_eye"), [(0.04, 0), (0.06, 1), (1.0, 1)])
def test_a_picture_on_a_page_of_text_counts_once_it_can_hold_writing(share, by_eye):
    page = 210 * 297 * share
    side = f"{page**0.5:.2f}mm" if share < 1 else "180mm"
    picture = f"data:image/png;base64,{b64encode(world.PNG).decode()}"
    style = "@page { size: 210mm 297mm; margin: 5mm }"
    image = f"<img src='{picture}' style='width: {side}; height: {side}'>"
    page_of_text = f"<html><head><style>{style}</style></head><body><p>通知</p>{image}</body></html>"

    assert read(pdf.render(page_of_text, []), "application/pdf").by_eye == by_eye


def test_a_picture_is_for_the_eye():
    assert read(world.PNG, "image/png").by_eye == 1
