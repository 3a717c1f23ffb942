"""Keys and what is done with them: sealing identity data, finding it again, signing checkpoints.

Three secrets of the settings, none of which is SECRET_KEY: ``IDENTITY_KEYS`` (``id:secret,id2:secret2``; the first
seals, every one opens), ``IDENTITY_INDEX_KEY`` and ``CHECKPOINT_KEY``. The working keys are derived by HKDF-SHA256.
A *context* says what the sealed value is (``members.Person.identity_number``, ``file:ab12…``); it is authenticated, so
a ciphertext moved to another column or file does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import unicodedata
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

NONCE_BYTES = 12
SHORTEST_SECRET = 16
"""Characters of a secret in the ring."""

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
_FILE_MARK = b"HJ1"
_SEPARATORS = re.compile(r"[\s\-‐‑–—]")


class Undecryptable(Exception):
    """A sealed value does not open: unknown or wrong key, another context, or damage. Never carries the value."""


# The key ring


def parse_ring(text: str) -> Mapping[str, bytes]:
    """Key id → 32-byte key, in the order written, of ``id:secret,id2:secret2``.

    :raises ImproperlyConfigured: saying which entry is wrong, by its place, never by its secret.
    """
    ring: dict[str, bytes] = {}
    for place, entry in enumerate(text.split(","), start=1):
        key_id, colon, secret = (part.strip() for part in entry.partition(":"))
        if not colon or not _KEY_ID.fullmatch(key_id):
            raise _misset(place, "is not id:secret with an id of up to 16 letters, digits, - and _")
        if len(secret) < SHORTEST_SECRET:
            raise _misset(place, f"has a secret shorter than {SHORTEST_SECRET} characters")
        if key_id in ring:
            raise _misset(place, f"repeats the id {key_id!r}; every key needs an id of its own")
        ring[key_id] = _derive(secret, purpose="identity")
    return MappingProxyType(ring)


def _misset(place: int, what: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"IDENTITY_KEYS: entry {place} {what}. Write the key ring as id:secret,id2:secret2: the first key encrypts, "
        f"all of them decrypt. To change the key, put the new one in front and keep the old one behind it until "
        f"everything has been encrypted again."
    )


def _derive(secret: str, *, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), length=32, salt=None, info=f"huiji {purpose} v1".encode()).derive(secret.encode())


@lru_cache(maxsize=8)
def _ring(text: str) -> tuple[str, Mapping[str, AESGCM]]:
    ciphers = {key_id: AESGCM(key) for key_id, key in parse_ring(text).items()}
    return next(iter(ciphers)), MappingProxyType(ciphers)


def current_key_id() -> str:
    """The id of the key that seals now; a value under another id waits for re-encryption."""
    return _ring(settings.IDENTITY_KEYS)[0]


# Sealing


def _seal(data: bytes, context: str) -> tuple[str, bytes]:
    key_id, ciphers = _ring(settings.IDENTITY_KEYS)
    nonce = os.urandom(NONCE_BYTES)
    return key_id, nonce + ciphers[key_id].encrypt(nonce, data, context.encode())


def _open(key_id: str, sealed: bytes, context: str) -> bytes:
    cipher = _ring(settings.IDENTITY_KEYS)[1].get(key_id)
    if cipher is None:
        raise Undecryptable(f"{context}: IDENTITY_KEYS has no key {key_id!r}; put it back into the ring")
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise Undecryptable(f"{context}: key {key_id!r} does not open this value") from error


def encrypt_text(text: str, context: str) -> str:
    """``kid$base64(nonce ‖ ciphertext)``, different each time."""
    key_id, sealed = _seal(text.encode(), context)
    return f"{key_id}${base64.b64encode(sealed).decode()}"


def decrypt_text(token: str, context: str) -> str:
    """What :func:`encrypt_text` sealed under the same context.

    :raises Undecryptable: for anything else.
    """
    key_id, dollar, body = token.partition("$")
    if not dollar or not _KEY_ID.fullmatch(key_id):
        raise Undecryptable(f"{context}: the stored value is not encrypted")
    try:
        sealed = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Undecryptable(f"{context}: the stored value is damaged") from error
    return _open(key_id, sealed, context).decode()


def encrypt_bytes(data: bytes, context: str) -> bytes:
    """A whole file, sealed in memory; 37 bytes longer at least."""
    key_id, sealed = _seal(data, context)
    return _FILE_MARK + bytes([len(key_id)]) + key_id.encode() + sealed


def decrypt_bytes(data: bytes, context: str) -> bytes:
    """What :func:`encrypt_bytes` sealed under the same context.

    :raises Undecryptable: for anything else.
    """
    start = len(_FILE_MARK) + 1
    if not data.startswith(_FILE_MARK) or len(data) < start:
        raise Undecryptable(f"{context}: the stored file is not encrypted")
    end = start + data[start - 1]
    key_id = data[start:end].decode("ascii", errors="replace")
    return _open(key_id, data[end:], context)


# Finding


def blind_index(value: str) -> str:
    """64 hexadecimal characters that are equal for equal identity numbers and tell nothing without the index key.

    Full-width and half-width forms, ``x`` and ``X``, spaces and hyphens make no difference.

    :raises ValueError: when nothing is left of the value.
    """
    normal = _SEPARATORS.sub("", unicodedata.normalize("NFKC", value)).upper()
    if not normal:
        raise ValueError("an empty value has no index")
    return hmac.new(settings.IDENTITY_INDEX_KEY.encode(), normal.encode(), hashlib.sha256).hexdigest()


# Signing


@lru_cache(maxsize=8)
def _signing_key(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_derive(secret, purpose="checkpoint"))


def sign(data: bytes) -> bytes:
    """The 64-byte Ed25519 signature of this installation; the same data gives the same signature."""
    return _signing_key(settings.CHECKPOINT_KEY).sign(data)


def verify(data: bytes, signature: bytes) -> bool:
    """Whether this installation's present key signed exactly these bytes."""
    try:
        _signing_key(settings.CHECKPOINT_KEY).public_key().verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key_hex() -> str:
    """The public half, 64 hexadecimal characters, for whoever checks an exported checkpoint elsewhere."""
    return _signing_key(settings.CHECKPOINT_KEY).public_key().public_bytes_raw().hex()
