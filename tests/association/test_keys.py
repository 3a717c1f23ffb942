"""The key ring, the blind index and the checkpoint's signature."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from association import keys

SECRET = "s" * 20


class TestKeyRing:
    def test_keeps_the_order_written(self):
        ring = keys.parse_ring(f"new:{SECRET}, old:{SECRET}x ")
        assert list(ring) == ["new", "old"]
        assert {len(key) for key in ring.values()} == {32}
        assert ring["new"] != ring["old"]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "entry 1 is not id:secret"),
            ("only-a-secret-without-id", "entry 1 is not id:secret"),
            (f"a:{SECRET},", "entry 2 is not id:secret"),
            (f"a$b:{SECRET}", "entry 1 is not id:secret"),
            ("a:short", "shorter than 16"),
            (f"a:{SECRET},a:{SECRET}y", "repeats the id 'a'"),
        ],
    )
    def test_says_what_is_wrong_without_the_secret(self, text, words):
        with pytest.raises(ImproperlyConfigured, match="Write the key ring as") as refusal:
            keys.parse_ring(text)
        assert words in str(refusal.value)
        assert SECRET not in str(refusal.value)

    def test_colons_may_stand_in_a_secret(self):
        assert list(keys.parse_ring(f"a:{SECRET}:{SECRET}")) == ["a"]

    def test_current_key_is_the_first(self, settings):
        settings.IDENTITY_KEYS = f"new:{SECRET},old:{SECRET}"
        assert keys.current_key_id() == "new"
        assert keys.encrypt_text("x", "c").startswith("new$")


class TestFiles:
    @given(st.binary(max_size=2000), st.text(max_size=20))
    def test_open_under_their_context_only(self, data, context):
        sealed = keys.encrypt_bytes(data, context)
        assert keys.decrypt_bytes(sealed, context) == data
        with pytest.raises(keys.Undecryptable):
            keys.decrypt_bytes(sealed, context + "x")

    @given(st.integers(0, 60))
    def test_one_flipped_bit_is_noticed(self, place):
        sealed = bytearray(keys.encrypt_bytes(b"identity paper" * 2, "file:1"))
        sealed[place] ^= 1
        with pytest.raises(keys.Undecryptable):
            keys.decrypt_bytes(bytes(sealed), "file:1")

    @given(st.binary(max_size=100) | st.binary(max_size=60).map(lambda rest: b"HJ1" + rest))
    def test_anything_else_raises(self, data):
        with pytest.raises(keys.Undecryptable):
            keys.decrypt_bytes(data, "file:1")

    def test_text_and_file_of_another_ring_do_not_open(self, settings):
        sealed, token = keys.encrypt_bytes(b"paper", "c"), keys.encrypt_text("paper", "c")
        settings.IDENTITY_KEYS = f"demo1:{SECRET}"
        with pytest.raises(keys.Undecryptable):
            keys.decrypt_bytes(sealed, "c")
        with pytest.raises(keys.Undecryptable):
            keys.decrypt_text(token, "c")

    @given(st.text(max_size=200))
    def test_any_text_opens_again(self, text):
        text = text.encode("utf-8", "ignore").decode()
        assert keys.decrypt_text(keys.encrypt_text(text, "c"), "c") == text


class TestBlindIndex:
    @pytest.mark.parametrize(
        "written",
        [
            "11010519491231002x",
            " 110105 19491231 002X ",
            "１１０１０５１９４９１２３１００２Ｘ",
            "110105-19491231-002X",
        ],
    )
    def test_is_equal_for_one_number_however_written(self, written):
        assert keys.blind_index(written) == keys.blind_index("11010519491231002X")

    def test_tells_numbers_apart_and_shows_none(self):
        index = keys.blind_index("110108199003071238")
        assert index != keys.blind_index("110101198506150019")
        assert len(index) == 64
        assert "110108" not in index

    def test_depends_on_its_own_key(self, settings):
        before = keys.blind_index("110108199003071238")
        settings.IDENTITY_INDEX_KEY = "another"
        assert keys.blind_index("110108199003071238") != before

    @pytest.mark.parametrize("written", ["", "  ", "-"])
    def test_refuses_nothing(self, written):
        with pytest.raises(ValueError, match="empty"):
            keys.blind_index(written)


class TestSignature:
    def test_holds_for_these_bytes_only(self):
        signature = keys.sign(b"heads of 2026-09-15")
        assert keys.verify(b"heads of 2026-09-15", signature)
        assert not keys.verify(b"heads of 2026-09-16", signature)
        assert not keys.verify(b"heads of 2026-09-15", signature[:-1])
        assert not keys.verify(b"heads of 2026-09-15", b"")

    def test_another_installation_signs_otherwise(self, settings):
        signature, public = keys.sign(b"heads"), keys.public_key_hex()
        assert len(bytes.fromhex(public)) == 32
        settings.CHECKPOINT_KEY = "another-seed"
        assert keys.public_key_hex() != public
        assert not keys.verify(b"heads", signature)
