"""A sealed file opens as it was, or not at all."""

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.files.blocks import BLOCK, SEALED_BLOCK, resized, seal, unseal
from services.kernel.secrecy.crypto import SealBroken, new_key

KEY = b"k" * 32
NAME = "orebro/intake/019a0000-0000-7000-8000-00000000000f"


def sealed(content: bytes, name: str = NAME) -> bytes:
    return b"".join(seal([content], KEY, name=name))


def opened(raw: bytes, key: bytes = KEY, name: str = NAME) -> bytes:
    return b"".join(unseal([raw], key, name=name))


RAW = sealed(b"a" * BLOCK + b"b" * BLOCK + b"c" * BLOCK + b"d")
BLOCKS = tuple(RAW[at : at + SEALED_BLOCK] for at in range(0, len(RAW), SEALED_BLOCK))


class TestBlocks:
    @pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 7])
    def test_what_was_sealed_is_opened(self, size: int) -> None:
        content = bytes(range(256)) * (size // 256 + 1)
        raw = sealed(content[:size])
        assert len(raw) == size + 16 * max(1, -(-size // BLOCK))
        assert opened(raw) == content[:size]

    @given(st.lists(st.binary(max_size=40)), st.integers(1, 50))
    def test_pieces_of_any_size_are_the_same_bytes(self, pieces: list[bytes], size: int) -> None:
        found = list(resized(pieces, size))
        assert b"".join(found) == b"".join(pieces)
        assert all(len(piece) == size for piece in found[:-1])
        assert 0 < len(found[-1]) <= size or found == [b""]

    def test_it_does_not_matter_how_the_pieces_come(self) -> None:
        content = b"abc" * BLOCK
        pieces = [content[at : at + 1000] for at in range(0, len(content), 1000)]
        assert b"".join(seal(pieces, KEY, name=NAME)) == sealed(content)

    @pytest.mark.parametrize("first", range(4))
    def test_it_is_opened_from_any_block_on(self, first: int) -> None:
        pieces = unseal(BLOCKS[first:], KEY, name=NAME, first=first)
        assert b"".join(pieces) == (b"a" * BLOCK + b"b" * BLOCK + b"c" * BLOCK + b"d")[first * BLOCK :]

    def test_but_not_as_another_one(self) -> None:
        with pytest.raises(SealBroken):
            list(unseal(BLOCKS[1:], KEY, name=NAME, first=2))

    def test_nothing_of_the_content_is_seen(self) -> None:
        assert b"189001019802" not in sealed(b"189001019802" * 10_000)

    def test_another_key_or_another_name_does_not_open_it(self) -> None:
        raw = sealed(b"content")
        for key, name in ((new_key(), NAME), (KEY, NAME.replace("orebro", "vasteras")), (KEY, NAME[:-1] + "0")):
            with pytest.raises(SealBroken):
                opened(raw, key, name)


class TestTampering:
    @pytest.mark.parametrize(
        "order",
        [(0, 1, 2), (0, 1), (0,), (1, 2, 3), (0, 2, 3), (1, 0, 2, 3), (0, 2, 1, 3), (0, 1, 1, 2, 3), (0, 1, 2, 3, 3)],
        ids=str,
    )
    def test_blocks_that_are_missing_moved_or_repeated_are_noticed(self, order: tuple[int, ...]) -> None:
        with pytest.raises(SealBroken):
            opened(b"".join(BLOCKS[number] for number in order))

    @pytest.mark.parametrize("length", [0, 1, 15, 16, SEALED_BLOCK - 1, SEALED_BLOCK, SEALED_BLOCK + 1, len(RAW) - 1])
    def test_a_cut_off_end_is_noticed(self, length: int) -> None:
        with pytest.raises(SealBroken):
            opened(RAW[:length])

    @pytest.mark.parametrize("place", [0, BLOCK, SEALED_BLOCK - 1, SEALED_BLOCK, len(RAW) - 1])
    def test_a_changed_byte_is_noticed(self, place: int) -> None:
        raw = bytearray(RAW)
        raw[place] ^= 1
        with pytest.raises(SealBroken):
            opened(bytes(raw))

    def test_a_block_of_another_file_of_the_same_key_is_noticed(self) -> None:
        other = sealed(b"x" * BLOCK + b"y", name=NAME[:-1] + "0")
        with pytest.raises(SealBroken):
            opened(other[:SEALED_BLOCK] + b"".join(BLOCKS[1:]))

    def test_what_comes_before_the_broken_block_is_as_it_was(self) -> None:
        raw = bytearray(RAW)
        raw[SEALED_BLOCK] ^= 1
        pieces = unseal([bytes(raw)], KEY, name=NAME)
        assert next(pieces) == b"a" * BLOCK
        with pytest.raises(SealBroken):
            next(pieces)


class TestMemory:
    def test_a_large_file_takes_no_more_than_a_few_blocks(self) -> None:
        def content() -> Iterator[bytes]:
            for _ in range(320):
                yield bytes(BLOCK)

        tracemalloc.start()
        try:
            assert sum(len(piece) for piece in unseal(seal(content(), KEY, name=NAME), KEY, name=NAME)) == 320 * BLOCK
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 20 * BLOCK
