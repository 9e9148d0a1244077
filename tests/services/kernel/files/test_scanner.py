"""What a scanner lets pass, what it keeps out, and that silence keeps out too."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.kernel.contracts.files import ScannerUnavailable, VirusFound
from services.kernel.files import scanner as scanners
from services.kernel.files.scanner import Scanner
from tests.services.kernel.files.clamd import EICAR, StandIn, real_clamd

CONTENT = [os.urandom(65536), os.urandom(1000)]


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    made = StandIn()
    yield made
    made.close()


class TestAnswers:
    def test_a_clean_content_passes_as_it_was_sent(self, stand_in: StandIn) -> None:
        Scanner.at(stand_in.address).check([CONTENT[0], b"", CONTENT[1]])
        assert stand_in.heard == [b"".join(CONTENT)]

    def test_a_virus_is_found_also_across_pieces(self, stand_in: StandIn) -> None:
        with pytest.raises(VirusFound):
            Scanner.at(stand_in.address).check([CONTENT[0], EICAR[:20], EICAR[20:]])

    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            b"\0",
            b"stream: OK",
            b"stream: OK\n",
            b"OK\0",
            b"INSTREAM size limit exceeded. ERROR\0",
            b"stream: Can't allocate memory ERROR\0",
            b"HTTP/1.1 200 OK\r\n\r\n",
            b"x" * 10_000,
        ],
    )
    def test_what_is_no_clear_answer_keeps_out(self, stand_in: StandIn, answer: bytes) -> None:
        stand_in.answer = lambda _: answer
        with pytest.raises(ScannerUnavailable):
            Scanner.at(stand_in.address).check(CONTENT)

    def test_one_that_says_nothing_keeps_out(self, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(scanners, "ANSWERING", 0.1)
        stand_in.listens = False
        with pytest.raises(ScannerUnavailable):
            Scanner.at(stand_in.address).check(CONTENT)

    @pytest.mark.parametrize("kind", ["tcp", "unix"])
    def test_one_that_is_away_keeps_out(self, tmp_path: Path, kind: str) -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            tcp = f"tcp://127.0.0.1:{nobody.getsockname()[1]}"
            with pytest.raises(ScannerUnavailable):
                Scanner.at(tcp if kind == "tcp" else f"unix://{tmp_path}/nobody").check(CONTENT)

    def test_what_the_content_raises_is_not_the_scanners_trouble(self, stand_in: StandIn) -> None:
        def content() -> Iterator[bytes]:
            yield CONTENT[0]
            raise KeyError

        with pytest.raises(KeyError):
            Scanner.at(stand_in.address).check(content())


class TestAddress:
    @pytest.mark.parametrize(
        ("address", "place"),
        [
            ("tcp://clamav:3310", ("clamav", 3310)),
            ("tcp://clamav", ("clamav", 3310)),
            ("tcp://[::1]:1", ("::1", 1)),
            ("unix:///run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
            ("unix:/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ],
    )
    def test_it_is_a_host_or_a_socket(self, address: str, place: tuple[str, int] | str) -> None:
        assert Scanner.at(address).place == place

    @pytest.mark.parametrize(
        "address", ["", "clamav", "clamav:3310", "http://clamav", "tcp://", "tcp://a:b", "unix://a/b", "tcp://a/b"]
    )
    def test_what_is_no_address_is_refused(self, address: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011  # a port that is none is refused by Python's own words
            Scanner.at(address)


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[bytes], None]]:
    with real_clamd(tmp_path_factory.mktemp("clamd")) as address:
        yield lambda content: Scanner.at(address).check([content])


class TestClamd:
    def test_it_lets_a_clean_content_pass_and_finds_its_signature(self, check: Callable[[bytes], None]) -> None:
        check(b"%PDF-1.7 nothing in it")
        check(os.urandom(10 * 1024 * 1024))
        with pytest.raises(VirusFound):
            check(b"%PDF-1.7\n" + EICAR)

    def test_what_is_too_large_for_it_is_kept_out(self, check: Callable[[bytes], None]) -> None:
        with pytest.raises(ScannerUnavailable):
            check(bytes(14 * 1024 * 1024))
