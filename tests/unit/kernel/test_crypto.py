"""Seals hold, and keys can be changed without losing what the old ones sealed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.secrecy.crypto import Keyring, Purpose, SealBroken, Wire, new_key, unwrap, wrap

OLD, NEW = new_key(), new_key()


class TestSeal:
    @given(plain=st.binary(max_size=200), purpose=st.text(max_size=20))
    def test_what_was_sealed_opens(self, plain: bytes, purpose: str) -> None:
        ring = Keyring("orebro", {1: OLD})
        assert ring.open(ring.seal(plain, purpose), purpose) == plain

    def test_the_clear_text_is_not_in_it_and_the_same_is_never_sealed_alike(self) -> None:
        ring = Keyring("orebro", {1: OLD})
        one, other = (ring.seal(b"189001019802", "t.c") for _ in range(2))
        assert b"189001019802" not in one
        assert one != other

    def test_another_tenant_can_not_open_it_even_with_the_same_key(self) -> None:
        sealed = Keyring("orebro", {1: OLD}).seal(b"secret", "t.c")
        with pytest.raises(SealBroken):
            Keyring("vasteras", {1: OLD}).open(sealed, "t.c")
        with pytest.raises(SealBroken):
            Keyring("orebro", {1: NEW}).open(sealed, "t.c")

    def test_tenant_and_purpose_can_not_be_shifted_into_each_other(self) -> None:
        sealed = Keyring("a", {1: OLD}).seal(b"secret", "b.c")
        with pytest.raises(SealBroken):
            Keyring("a.b", {1: OLD}).open(sealed, "c")

    def test_in_another_column_it_does_not_open(self) -> None:
        ring = Keyring("orebro", {1: OLD})
        with pytest.raises(SealBroken):
            ring.open(ring.seal(b"secret", "adult.name"), "child.name")

    def test_one_changed_bit_anywhere_breaks_it(self) -> None:
        ring = Keyring("orebro", {1: OLD})
        sealed = ring.seal(b"secret", "t.c")
        for at in range(len(sealed)):
            with pytest.raises(SealBroken):
                ring.open(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], "t.c")

    def test_a_part_of_it_is_broken_and_not_an_error_of_another_kind(self) -> None:
        ring = Keyring("orebro", {1: OLD})
        sealed = ring.seal(b"secret", "t.c")
        for length in range(len(sealed)):
            with pytest.raises(SealBroken):
                ring.open(sealed[:length], "t.c")

    def test_as_text_it_is_base64(self) -> None:
        ring = Keyring("orebro", {1: OLD})
        assert ring.open_text(ring.seal_text("Åsa", "t.c"), "t.c") == "Åsa"
        for text in ("", "not base64!", "ÅÄÖ", "AAAA"):
            with pytest.raises(SealBroken):
                ring.open_text(text, "t.c")


class TestRotation:
    def test_the_newest_key_seals_and_the_old_one_still_opens(self) -> None:
        before = Keyring("orebro", {1: OLD})
        after = Keyring("orebro", {1: OLD, 2: NEW})
        assert after.open(before.seal(b"secret", "t.c"), "t.c") == b"secret"
        with pytest.raises(SealBroken):
            before.open(after.seal(b"secret", "t.c"), "t.c")

    def test_the_look_up_stays_or_nobody_would_be_found_again(self) -> None:
        before, after = Keyring("orebro", {1: OLD}), Keyring("orebro", {2: NEW, 1: OLD})
        number = Purpose.PERSONAL_NUMBER
        assert after.lookup("189001019802", number) == before.lookup("189001019802", number)

    def test_a_look_up_differs_by_value_tenant_key_and_purpose(self) -> None:
        looked = {
            ring.lookup(value, purpose)
            for ring in (Keyring("orebro", {1: OLD}), Keyring("vasteras", {1: OLD}), Keyring("orebro", {1: NEW}))
            for value in ("189001019802", "189001019810")
            for purpose in Purpose
        }
        assert len(looked) == 3 * 2 * len(Purpose)


class TestWrap:
    def test_a_key_that_the_old_master_key_wrapped_opens_beside_the_new_one(self) -> None:
        key = new_key()
        wrapped = wrap(OLD, key, tenant="orebro")
        assert key not in wrapped
        assert unwrap([NEW, OLD], wrapped, tenant="orebro") == key
        assert unwrap([NEW, OLD], wrap(NEW, key, tenant="orebro"), tenant="orebro") == key

    def test_it_opens_with_no_other_master_key_and_for_no_other_tenant(self) -> None:
        wrapped = wrap(OLD, new_key(), tenant="orebro")
        for keys, tenant in (([NEW], "orebro"), ([OLD], "vasteras"), ([], "orebro")):
            with pytest.raises(SealBroken):
                unwrap(keys, wrapped, tenant=tenant)


class TestWire:
    def test_a_request_is_no_reply(self) -> None:
        wire = Wire(OLD)
        sealed = wire.seal(b"{}", b"request")
        assert wire.open(sealed, b"request") == b"{}"
        with pytest.raises(SealBroken):
            wire.open(sealed, b"reply")

    def test_what_is_for_one_service_is_not_for_another(self) -> None:
        with pytest.raises(SealBroken):
            Wire(NEW).open(Wire(OLD).seal(b"{}", b"request"), b"request")

    def test_rubbish_is_broken(self) -> None:
        for rubbish in (b"", b"{}", b"x" * 100):
            with pytest.raises(SealBroken):
                Wire(OLD).open(rubbish, b"request")
