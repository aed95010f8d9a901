"""One box for all rooms: keys can be changed without a stop, and equal values are found without being read."""

from __future__ import annotations

from cryptography.fernet import Fernet

from linli.kernel import sealed
from linli.kernel.sealed import fingerprint, seal, unseal


def test_an_older_key_still_opens_what_it_sealed(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    try:
        settings.LINLI_COLUMN_KEYS = [old]
        sealed._box.cache_clear()
        kept = seal("13912345678")
        settings.LINLI_COLUMN_KEYS = [new, old]
        sealed._box.cache_clear()
        assert unseal(kept) == "13912345678"
        assert Fernet(new).decrypt(seal("x")) == b"x", "the first key seals"
    finally:
        sealed._box.cache_clear()


def test_equal_values_have_equal_prints_that_say_nothing(settings):
    assert fingerprint("13912345678") == fingerprint("13912345678") != fingerprint("13912345679")
    assert b"139" not in fingerprint("13912345678") and len(fingerprint("")) == 32
    before = fingerprint("a")
    settings.LINLI_INDEX_KEY = "another"
    assert fingerprint("a") != before, "without the key nobody can try numbers one by one"
