"""What the reader sees of sources: each article once."""

import pytest

from association.decisions import Basis, Source, SourceKind
from association.templatetags._citations import chips
from tests import world

pytestmark = pytest.mark.django_db


def test_the_same_article_stands_once_and_our_reading_of_it_apart():
    world.found()
    document = world.rulebook().id
    text = Source(SourceKind.ARTICLE, "41", document)
    reading = Source(SourceKind.ARTICLE, "41", document, Basis.INTERPRETATION)
    noted = Source(SourceKind.ARTICLE, "41", document, Basis.TEXT, "another rule of the article")

    shown = chips((text, noted, reading, text))

    assert [(chip["label"], str(chip["basis"])) for chip in shown] == [
        ("第四十一条", ""),
        ("第四十一条", str(chips(reading)[0]["basis"])),
    ]
