"""What comes in as a file lies sealed in the store, whole and clean; what is refused leaves nothing behind."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from services.kernel.contracts.files import (
    PAPERS,
    TABLES,
    FileBroken,
    FileInStore,
    FileStoreUnavailable,
    MediaType,
    PictureTooLarge,
    ScannerUnavailable,
    SentFile,
    Shelf,
    TextNotReadable,
    UnsupportedFileType,
    VirusFound,
)
from services.kernel.files.reception import Reception
from services.kernel.files.scanner import Scanner
from services.kernel.files.shelf import SealedShelf
from services.kernel.files.store import Folder
from services.kernel.secrecy.crypto import SealBroken
from tests.services.kernel.files.clamd import EICAR, StandIn
from tests.unit.kernel.pictures import SECRET, a_bomb, a_drawing, a_pdf, a_photo

NOWHERE = Scanner(("127.0.0.1", 1))
NO_SCANNER = Reception()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return SealedShelf(Folder(tmp_path), "orebro", "intake")


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    made = StandIn()
    yield made
    made.close()


def pieces(content: bytes) -> Iterator[bytes]:
    return (content[at : at + 10_000] for at in range(0, len(content), 10_000))


def take(shelf: Shelf, content: bytes, *, reception: Reception = NO_SCANNER, **given: Any) -> SentFile:
    recorded = {"media_types": PAPERS, "declared": None, "name": "intyg", **given}
    return reception.take(pieces(content), shelf, **recorded)


def read(shelf: Shelf, file: FileInStore) -> bytes:
    return b"".join(shelf.read(file))


def leads_to(link: Path, folder: Path) -> bool:
    try:
        return str(link.readlink()).startswith(str(folder))
    except FileNotFoundError:  # what listed the links is in the list
        return False


def lying(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class TestTaking:
    @pytest.mark.parametrize("size", [0, 65_535, 65_536, 65_537, 10 * 1024 * 1024])
    def test_a_paper_is_kept_as_it_was_sent(self, shelf: Shelf, size: int) -> None:
        content = a_pdf(size)
        file = take(shelf, content, name="Intyg.pdf")
        assert read(shelf, file) == content
        assert (file.name, file.media_type, file.size) == ("Intyg.pdf", "application/pdf", len(content))
        assert file.content_hash == hashlib.sha256(content).hexdigest()

    @pytest.mark.parametrize(("content", "kind"), [(a_photo(), "image/jpeg"), (a_drawing(), "image/png")])
    def test_a_picture_is_kept_anew_and_known_by_what_was_sent(self, shelf: Shelf, content: bytes, kind: str) -> None:
        file = take(shelf, content)
        kept = read(shelf, file)
        assert SECRET.encode() in content
        assert SECRET.encode() not in kept
        assert (file.media_type, file.size) == (kind, len(kept))
        assert file.content_hash == hashlib.sha256(content).hexdigest()

    def test_nothing_of_it_is_seen_in_the_store(self, shelf: Shelf, tmp_path: Path) -> None:
        file = take(shelf, a_pdf(content=b"189001019802"), name="Anna.pdf")
        (path,) = lying(tmp_path)
        assert path == tmp_path / "orebro" / "intake" / file.id
        assert b"189001019802" not in path.read_bytes()
        assert b"%PDF" not in path.read_bytes()

    def test_what_lies_open_while_it_is_received_is_sealed_and_has_no_name(
        self, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        spool = tmp_path / "spool"
        spool.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(spool))
        seen: list[bytes] = []

        def content() -> Iterator[bytes]:
            yield a_pdf(400_000, b"189001019802" * 30_000)
            seen.extend(link.read_bytes() for link in Path("/proc/self/fd").iterdir() if leads_to(link, spool))
            assert lying(tmp_path) == []

        NO_SCANNER.take(content(), shelf, media_types=PAPERS, declared=None, name=None)
        (raw,) = seen
        assert len(raw) > 300_000
        assert b"189001019802" not in raw

    def test_each_has_a_key_of_its_own_that_no_text_shows(self, shelf: Shelf) -> None:
        first, second = take(shelf, a_pdf()), take(shelf, a_pdf())
        assert first.key != second.key
        assert first.id != second.id
        assert "key" not in repr(first)

    def test_many_at_once_are_kept_each_as_it_is(self, shelf: Shelf) -> None:
        contents = [a_pdf(300_000, b"%d " % number) for number in range(16)]
        with ThreadPoolExecutor(16) as pool:
            files = list(pool.map(lambda content: take(shelf, content), contents))
        assert [read(shelf, file) for file in files] == contents

    def test_it_is_found_by_its_id_and_can_be_deleted(self, shelf: Shelf, tmp_path: Path) -> None:
        file = take(shelf, a_pdf())
        assert [found.name for found in shelf.lying()] == [file.id]
        shelf.delete(file.id)
        assert list(shelf.lying()) == []
        assert lying(tmp_path) == []


class TestReading:
    def test_the_file_of_another_does_not_open(self, shelf: Shelf, tmp_path: Path) -> None:
        """Not even for whoever moves it to where his own should be."""
        file, other = take(shelf, a_pdf()), take(SealedShelf(Folder(tmp_path), "vasteras", "intake"), a_pdf())
        (tmp_path / "vasteras" / "intake" / other.id).rename(tmp_path / "orebro" / "intake" / file.id)
        with pytest.raises(SealBroken):
            read(shelf, file)

    def test_one_that_is_not_there_is_unavailable(self, shelf: Shelf, tmp_path: Path) -> None:
        file = take(shelf, a_pdf())
        lying(tmp_path)[0].unlink()
        with pytest.raises(FileStoreUnavailable):
            read(shelf, file)

    def test_what_a_service_makes_itself_is_kept_in_the_same_way(self, shelf: Shelf) -> None:
        made = shelf.put([b"one", b"two"], name="Utredning.pdf", media_type="application/pdf")
        assert made.size == 6
        assert read(shelf, made) == b"onetwo"


REFUSED: dict[str, tuple[Callable[[], bytes], dict[str, Any], type[Exception]]] = {
    "empty": (lambda: b"", {}, FileBroken),
    "a script": (lambda: b"#!/bin/sh\nrm -rf /\n", {"name": "photo.png"}, UnsupportedFileType),
    "a script that says png": (lambda: b"#!/bin/sh\n", {"declared": "image/png"}, UnsupportedFileType),
    "a script that begins as png": (lambda: b"\x89PNG\r\n\x1a\n#!/bin/sh\n", {}, FileBroken),
    "png that says jpeg": (a_drawing, {"declared": "image/jpeg"}, UnsupportedFileType),
    "pdf that says html": (a_pdf, {"declared": "text/html"}, UnsupportedFileType),
    "a type that is not wanted": (a_drawing, {"media_types": {MediaType.PDF}}, UnsupportedFileType),
    "half a pdf": (lambda: a_pdf(200_000)[:100_000], {}, FileBroken),
    "half a photo": (lambda: a_photo(300, 300)[:-500], {}, FileBroken),
    "half a drawing": (lambda: a_drawing(300, 300)[:-5], {}, FileBroken),
    "a table where papers are wanted": (lambda: b"a;b\n", {"declared": "text/csv"}, UnsupportedFileType),
    "an empty table": (lambda: b"", {"media_types": TABLES}, FileBroken),
    "a pdf that says it is a table": (a_pdf, {"media_types": TABLES, "declared": "text/csv"}, UnsupportedFileType),
    "a workbook that says it is a table": (lambda: b"PK\x03\x04\x00", {"media_types": TABLES}, UnsupportedFileType),
    "what is no text in the middle": (
        lambda: b"a;b\n" * 50_000 + b"\x00",
        {"media_types": TABLES},
        UnsupportedFileType,
    ),
    "another character set": (lambda: b"\xd6rebro", {"media_types": TABLES}, TextNotReadable),
    "a bomb": (lambda: a_bomb(40_000, 40_000), {}, PictureTooLarge),
}


def test_a_table_is_kept_as_it_was_sent(shelf: Shelf) -> None:
    content = b"a;b\r\n\xd6rebro;1\r\n"
    file = take(shelf, content, media_types=TABLES, charset="windows-1252", name="anmälningar")
    assert (read(shelf, file), file.name, file.charset) == (content, "anmälningar.csv", "windows-1252")


def test_what_a_newer_gateway_says_of_a_file_beyond_what_is_known_is_not_looked_at(shelf: Shelf) -> None:
    file = take(shelf, a_pdf())
    assert SentFile.from_dict({**file.as_dict(), "colour": "blue"}) == file
    older = file.as_dict()
    del older["charset"]
    assert SentFile.from_dict(older) == file


class TestRefusing:
    @pytest.mark.parametrize("name", REFUSED)
    def test_nothing_is_kept_of(self, shelf: Shelf, tmp_path: Path, name: str) -> None:
        make, given, refusal = REFUSED[name]
        with pytest.raises(refusal):
            take(shelf, make(), **given)
        assert lying(tmp_path) == []

    def test_a_sender_who_breaks_off_leaves_nothing(self, shelf: Shelf, tmp_path: Path) -> None:
        def content() -> Iterator[bytes]:
            yield a_pdf()
            raise ConnectionError

        with pytest.raises(ConnectionError):
            NO_SCANNER.take(content(), shelf, media_types=PAPERS, declared=None, name=None)
        assert lying(tmp_path) == []

    def test_a_virus_is_refused_and_nothing_kept(self, shelf: Shelf, tmp_path: Path, stand_in: StandIn) -> None:
        reception = Reception(Scanner.at(stand_in.address))
        with pytest.raises(VirusFound):
            take(shelf, a_pdf(content=EICAR), reception=reception)
        assert lying(tmp_path) == []
        file = take(shelf, a_pdf(), reception=reception)
        assert read(shelf, file) == a_pdf()

    def test_a_picture_is_scanned_as_it_was_sent(self, shelf: Shelf, stand_in: StandIn) -> None:
        content = a_photo() + EICAR
        with pytest.raises(VirusFound):
            take(shelf, content, reception=Reception(Scanner.at(stand_in.address)))
        assert stand_in.heard == [content]

    def test_without_the_scanner_nothing_is_kept(self, shelf: Shelf, tmp_path: Path) -> None:
        with pytest.raises(ScannerUnavailable):
            take(shelf, a_pdf(), reception=Reception(NOWHERE))
        assert lying(tmp_path) == []

    def test_without_the_store_nothing_is_done(self, tmp_path: Path) -> None:
        with pytest.raises(FileStoreUnavailable):
            take(SealedShelf(Folder(tmp_path / "away"), "orebro", "intake"), a_pdf())

    def test_without_a_disk_to_receive_on_neither(
        self, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "away"))
        with pytest.raises(FileStoreUnavailable):
            take(shelf, a_pdf())
