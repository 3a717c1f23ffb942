"""The folder that carries hints: whole files only, and damaged ones stop nobody."""

import json
from queue import Empty

import pytest
from kombu import Connection

from portal import broker


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "control").mkdir()
    return tmp_path


@pytest.fixture
def channel(folder):
    places = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder / "control"}
    options = {name: str(place) for name, place in places.items()}
    with Connection("folder://localhost", transport_options=options) as connection:
        made = connection.channel()
        bind(made)
        yield made


def bind(channel):
    channel._queue_bind("celery", "celery", "", "celery")


def put(channel, *tasks):
    for task in tasks:
        channel._put("celery", {"task": task})


def taken(channel):
    found = set()
    while True:
        try:
            found.add(channel._get("celery")["task"])
        except Empty:
            return found


def test_every_message_goes_through_once(channel, folder):
    put(channel, *range(5))
    assert len(list(folder.glob("*.celery.msg"))) == 5
    assert not list(folder.glob("*.part"))
    assert taken(channel) == {0, 1, 2, 3, 4}
    assert taken(channel) == set()


@pytest.mark.parametrize("rest", ["", '{"body": "eyJ0', "\x00"], ids=["empty", "cut", "garbage"])
def test_a_damaged_message_stops_nobody(channel, folder, rest):
    put(channel, 1)
    (folder / f"0_{folder.name}.celery.msg").write_text(rest)
    put(channel, 2)
    assert taken(channel) == {1, 2}
    assert not list(folder.glob("*.msg"))


@pytest.mark.parametrize("rest", ["", '[["celery", "", "cel'], ids=["empty", "cut"])
def test_a_damaged_table_is_written_anew(channel, folder, rest):
    (table,) = (folder / "control").glob("*.exchange")
    whole = json.loads(table.read_text())
    table.write_text(rest)
    assert channel.get_table(table.stem) == []
    bind(channel)
    assert json.loads(table.read_text()) == whole
    bind(channel)
    assert json.loads(table.read_text()) == whole


def test_a_write_that_fails_leaves_nothing(folder):
    with pytest.raises(broker.ChannelError):
        broker.write_whole(folder / "missing" / "x.msg", {})
    with pytest.raises(TypeError):
        broker.write_whole(folder / "x.msg", object())
    assert [path.name for path in folder.iterdir()] == ["control"]
