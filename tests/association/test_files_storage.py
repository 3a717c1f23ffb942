"""Kept files: random places, whole or not at all, sealed under their own key."""

import os
import re
import stat

import pytest
from django.core.files.storage import InMemoryStorage, default_storage

from association.files import storage
from association.keys import Undecryptable


def test_comes_back_from_a_place_nobody_can_guess(files_dir):
    keys = {storage.put(b"paper", encrypt=False) for _ in range(3)}
    assert len(keys) == 3
    for key in keys:
        assert re.fullmatch(r"(..)/(..)/\1\2[0-9a-f]{36}", key)
        assert storage.get(key, encrypted=False) == b"paper"
        assert (files_dir / key).read_bytes() == b"paper"
        assert stat.S_IMODE((files_dir / key).stat().st_mode) == 0o600
        assert stat.S_IMODE((files_dir / key).parent.stat().st_mode) == 0o700


def test_identity_papers_lie_sealed(files_dir):
    key = storage.put(b"11010519491231002X", encrypt=True)
    assert b"11010519491231002X" not in (files_dir / key).read_bytes()
    assert storage.get(key, encrypted=True) == b"11010519491231002X"


def test_a_sealed_file_moved_to_another_key_does_not_open(files_dir):
    mine, other = storage.put(b"mine", encrypt=True), storage.put(b"other", encrypt=True)
    (files_dir / mine).write_bytes((files_dir / other).read_bytes())
    with pytest.raises(Undecryptable):
        storage.get(mine, encrypted=True)


def test_deleting_is_done_once_and_may_be_repeated():
    key = storage.put(b"paper", encrypt=False)
    storage.delete(key)
    storage.delete(key)
    with pytest.raises(storage.Missing):
        storage.get(key, encrypted=False)


@pytest.mark.parametrize("key", ["../../etc/passwd", "/etc/passwd", "", "aa/bb/cc", "db.sqlite3"])
def test_a_key_is_never_a_path(key, files_dir):
    with pytest.raises(storage.Missing):
        storage.get(key, encrypted=False)
    outside = files_dir.parent / "db.sqlite3"
    outside.write_bytes(b"rows")
    storage.delete(key)
    storage.delete("../db.sqlite3")
    assert outside.exists()


def test_a_full_disk_leaves_nothing_behind(files_dir, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        storage.put(b"paper", encrypt=False)
    assert [path for path in files_dir.rglob("*") if path.is_file()] == []


def test_works_on_a_storage_that_is_no_folder(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    key = storage.put(b"paper", encrypt=True)
    assert isinstance(default_storage, InMemoryStorage)
    assert b"paper" not in default_storage.open(key).read()
    assert storage.get(key, encrypted=True) == b"paper"
    storage.delete(key)
    with pytest.raises(storage.Missing):
        storage.get(key, encrypted=True)
