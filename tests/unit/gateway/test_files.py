"""Files over HTTP: what the gateway takes in and hands on, what it sends, and that what is refused leaves nothing."""

import io
import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway import uploads
from gateway.client import ServiceAway, ServiceTooSlow
from gateway.endpoints import Gateway
from gateway.transfers import Transfers
from gateway.uploads import UploadTooSlow, received
from services.kernel.contracts.faults import InternalFault, ServiceUnavailable
from services.kernel.contracts.files import FileAlreadyAttached, FileBroken, FilesBusy, SentFile
from services.kernel.files.shelf import SealedShelf
from services.kernel.files.store import Folder
from services.kernel.secrecy.crypto import SealBroken
from tests.unit.gateway.factories import SERVICES, Services, Visitor, a_token
from tests.unit.kernel.pictures import SECRET, a_pdf, a_photo
from tests.waiting import eventually

LIMIT = 200_000
ATTACH = "/orebro/applications/7/attachments"
READ = "/orebro/applications/7/attachments/8"
OWN = "/orebro/application-status/attachments"
PDF = {"content_type": "application/pdf"}


@pytest.fixture(scope="module")
def one_visitor(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    folder = tmp_path_factory.mktemp("files")
    return Visitor(folder, file_store=str(folder / "store"), file_limit=LIMIT, file_places=4)


@pytest.fixture
def store(one_visitor: Visitor) -> Iterator[Path]:
    """The folder of the store, empty at first."""
    folder = one_visitor.folder / "store"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def visitor(one_visitor: Visitor, store: Path) -> Visitor:
    one_visitor.services = Services(answer={"body": {"id": "8"}, "etag": None})
    house: Gateway = one_visitor.app.extensions["hemvist"]
    files = replace(house.files, transfers=Transfers(4))
    one_visitor.app.extensions["hemvist"] = replace(house, client=one_visitor.services, files=files)
    return one_visitor


@pytest.fixture
def shelf(store: Path) -> SealedShelf:
    return SealedShelf(Folder(store), "orebro", "intake")


def sent(visitor: Visitor) -> SentFile:
    """The file that the service was told of."""
    return SentFile.from_dict(visitor.services.asked[-1][3]["file"])


def lying(shelf: SealedShelf) -> list[str]:
    return [found.name for found in shelf.lying()]


def given_back(visitor: Visitor) -> bool:
    house: Gateway = visitor.app.extensions["hemvist"]
    return not +house.files.transfers._taken


class TestUpload:
    def test_the_service_is_told_where_it_lies_and_the_content_stays_here(
        self, visitor: Visitor, shelf: SealedShelf
    ) -> None:
        content = a_pdf(150_000)
        answer = visitor.ask(
            "POST",
            ATTACH,
            data=content,
            **PDF,
            headers={"Content-Disposition": "attachment; filename*=UTF-8''l%C3%A5.pdf"},
        )
        assert (answer.status_code, answer.get_json()) == (201, {"id": "8"})
        assert answer.headers["Location"] == "/hemvist/v1/orebro/applications/7/attachments/8"
        service, operation, _, arguments = visitor.services.asked[0]
        assert (service, operation, arguments["path"]) == ("intake", "attach_to_application", {"application_id": "7"})
        file = sent(visitor)
        assert (file.name, file.media_type, file.size) == ("lå.pdf", "application/pdf", len(content))
        assert lying(shelf) == [file.id]
        assert b"".join(shelf.read(file)) == content
        assert given_back(visitor)

    def test_a_picture_is_made_anew(self, visitor: Visitor, shelf: SealedShelf) -> None:
        visitor.ask("POST", ATTACH, data=a_photo(), content_type="image/jpeg")
        assert SECRET.encode() not in b"".join(shelf.read(sent(visitor)))

    @pytest.mark.parametrize(
        ("disposition", "name"),
        [
            (None, "file.pdf"),
            ("attachment", "file.pdf"),
            ('attachment; filename="intyg.pdf"', "intyg.pdf"),
            ("attachment; filename*=UTF-8''%e2%82%ac%20rates.pdf; filename=\"EURO.pdf\"", "€ rates.pdf"),
            ('attachment; filename="../../x/intyg.pdf"', "intyg.pdf"),
            ("attachment; filename*=UTF-8''%00%0d%0aintyg.pdf", "intyg.pdf"),
            ('inline; filename="run.exe"', "run.exe.pdf"),
            ('attachment; filename="' + "å.pdf".encode().decode("latin-1") + '"', "å.pdf"),
            ("attachment; filename*=UTF-8''%ff%fe.pdf", "\ufffd\ufffd.pdf"),
            (";;;=", "file.pdf"),
        ],
    )
    def test_its_name_comes_from_the_header(self, visitor: Visitor, disposition: str | None, name: str) -> None:
        headers = {"Content-Disposition": disposition} if disposition else {}
        assert visitor.ask("POST", ATTACH, data=a_pdf(), **PDF, headers=headers).status_code == 201
        assert sent(visitor).name == name

    @pytest.mark.parametrize("content_type", [None, "application/pdf", "application/pdf; version=1.7"])
    def test_its_type_may_be_said_or_not(self, visitor: Visitor, content_type: str | None) -> None:
        assert visitor.ask("POST", ATTACH, data=a_pdf(), content_type=content_type).status_code == 201

    def test_one_of_exactly_the_limit_is_taken(self, visitor: Visitor) -> None:
        content = a_pdf(LIMIT)
        assert len(content) == LIMIT
        assert visitor.ask("POST", ATTACH, data=content, **PDF).status_code == 201
        assert visitor.ask("POST", ATTACH, input_stream=io.BytesIO(content), **PDF).status_code == 201

    def test_headers_of_its_own_are_handed_on(self, visitor: Visitor) -> None:
        headers = {"Application-Reference": "ABCD-EFGH-JKMN", "Phone-Last-Four": "4567"}
        answer = visitor.ask("POST", OWN, token=None, data=a_pdf(), **PDF, headers=headers)
        assert answer.status_code == 201
        assert visitor.services.asked[0][3]["headers"] == headers


def unread() -> Any:
    """A body that can not be looked at."""
    return {"environ_overrides": {"wsgi.input": None}, **PDF}


class TestRefused:
    @pytest.fixture(autouse=True)
    def nothing_is_kept(self, visitor: Visitor, shelf: SealedShelf) -> Iterator[None]:
        yield
        assert lying(shelf) == []
        assert given_back(visitor)

    def test_one_that_says_it_is_too_large_is_not_read(self, visitor: Visitor) -> None:
        said = {"wsgi.input": None, "CONTENT_LENGTH": str(LIMIT + 1)}
        assert visitor.refusal("POST", ATTACH, environ_overrides=said, **PDF) == (413, "body_too_large")

    def test_one_that_is_a_byte_too_large_in_chunks(self, visitor: Visitor) -> None:
        content = io.BytesIO(a_pdf(LIMIT + 1))
        assert visitor.refusal("POST", ATTACH, input_stream=content, **PDF) == (413, "body_too_large")

    def test_one_that_is_longer_than_it_says(self, visitor: Visitor) -> None:
        said = {"wsgi.input": io.BytesIO(a_pdf(LIMIT + 1)), "CONTENT_LENGTH": "1000"}
        assert visitor.refusal("POST", ATTACH, environ_overrides=said, **PDF) == (413, "body_too_large")
        said = {"wsgi.input": io.BytesIO(a_pdf(2000)), "CONTENT_LENGTH": "1000"}
        assert visitor.refusal("POST", ATTACH, environ_overrides=said, **PDF) == (422, "file_broken")

    def test_one_that_is_shorter_than_it_says(self, visitor: Visitor) -> None:
        said = {"wsgi.input": io.BytesIO(a_pdf(1000)), "CONTENT_LENGTH": "1500"}
        assert visitor.refusal("POST", ATTACH, environ_overrides=said, **PDF) == (422, "file_broken")

    @pytest.mark.parametrize(
        ("content", "content_type", "refusal"),
        [
            (a_pdf(), "image/png", (415, "unsupported_file_type")),
            (a_pdf(), "application/octet-stream", (415, "unsupported_file_type")),
            (a_pdf(), "multipart/form-data; boundary=x", (415, "unsupported_file_type")),
            (b"{}", "application/json", (415, "unsupported_file_type")),
            (b"#!/bin/sh", "image/png", (415, "unsupported_file_type")),
            (b"", "application/pdf", (422, "file_broken")),
            (a_pdf()[:-10], "application/pdf", (422, "file_broken")),
            (b"\x89PNG\r\n\x1a\n<script>", "image/png", (422, "file_broken")),
        ],
    )
    def test_what_is_not_what_it_says(
        self, visitor: Visitor, content: bytes, content_type: str, refusal: tuple[int, str]
    ) -> None:
        assert visitor.refusal("POST", ATTACH, data=content, content_type=content_type) == refusal

    @pytest.mark.parametrize(
        ("given", "refusal"),
        [
            ({"token": None}, (401, "token_missing")),
            ({"headers": {"Authorization": "Bearer nonsense"}}, (401, "token_invalid")),
            ({"headers": {"Idempotency-Key": "å"}}, (422, "invalid_input")),
            ({"query_string": {"x": "1"}}, (422, "invalid_input")),
        ],
    )
    def test_who_may_not_ask_is_told_before_the_body_is_read(
        self, visitor: Visitor, given: dict[str, Any], refusal: tuple[int, str]
    ) -> None:
        assert visitor.refusal("POST", ATTACH, **{**unread(), **given}) == refusal

    def test_headers_of_its_own_that_are_wrong_are_said_before_the_body_is_read(self, visitor: Visitor) -> None:
        answer = visitor.ask("POST", OWN, token=None, headers={"Phone-Last-Four": "x"}, **unread())
        assert answer.status_code == 422
        pointers = {problem["pointer"] for problem in answer.get_json()["errors"]}
        assert pointers == {"/Application-Reference", "/Phone-Last-Four"}

    def test_what_the_service_refuses_is_deleted_again(self, visitor: Visitor) -> None:
        visitor.services.answer = {"fault": FileAlreadyAttached(extra={"file_id": "1"}).as_dict()}
        answer = visitor.ask("POST", ATTACH, data=a_pdf(), **PDF)
        assert (answer.status_code, answer.get_json()["file_id"]) == (409, "1")

    def test_what_was_answered_before_is_deleted_again(self, visitor: Visitor) -> None:
        visitor.services.answer = {"body": {"id": "1"}, "etag": None, "kept": "1"}
        assert visitor.ask("POST", ATTACH, data=a_pdf(), **PDF).status_code == 201

    def test_what_nobody_was_there_to_take_is_deleted_again(self, visitor: Visitor) -> None:
        self.fail_with(visitor, ServiceAway)
        answer = visitor.ask("POST", ATTACH, data=a_pdf(), **PDF)
        assert (answer.status_code, answer.get_json()["type"]) == (503, "urn:hemvist:problem:service_unavailable")
        assert answer.get_json()["detail"] == ServiceUnavailable().detail

    @staticmethod
    def fail_with(visitor: Visitor, fault: type[Exception]) -> None:
        def call(*_: object) -> dict[str, Any]:
            raise fault

        visitor.services.call = call  # type: ignore[method-assign]


class TestUnknown:
    """Where it is not known whether the service has kept it, the file stays until it is swept."""

    @pytest.mark.parametrize("fault", [ServiceUnavailable, InternalFault])
    def test_after_a_fault_of_the_service(self, visitor: Visitor, shelf: SealedShelf, fault: Any) -> None:
        visitor.services.answer = {"fault": fault().as_dict()}
        assert visitor.ask("POST", ATTACH, data=a_pdf(), **PDF).status_code == fault.status
        assert lying(shelf) == [sent(visitor).id]

    @pytest.mark.parametrize("fault", [ServiceUnavailable, ServiceTooSlow])
    def test_without_an_answer(self, visitor: Visitor, shelf: SealedShelf, fault: Any) -> None:
        TestRefused.fail_with(visitor, fault)
        assert visitor.ask("POST", ATTACH, data=a_pdf(), **PDF).status_code == fault.status
        assert len(lying(shelf)) == 1
        assert given_back(visitor)


class TestDownload:
    CONTENT = a_pdf(180_000)

    @pytest.fixture
    def file(self, visitor: Visitor, shelf: SealedShelf) -> str:
        kept = shelf.put([self.CONTENT], name="Intyg från skolan.pdf", media_type="application/pdf")
        visitor.services.answer = {"body": None, "etag": None, "file": kept.as_dict()}
        return kept.id

    def test_it_is_the_bytes_with_their_headers(self, visitor: Visitor, file: str) -> None:
        answer = visitor.ask("GET", READ)
        assert (answer.status_code, answer.data) == (200, self.CONTENT)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Length"] == str(len(self.CONTENT))
        disposition = "attachment; filename*=UTF-8''Intyg%20fr%C3%A5n%20skolan.pdf"
        assert answer.headers["Content-Disposition"] == disposition
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert given_back(visitor)

    def test_head_says_the_same_without_a_body(self, visitor: Visitor, file: str) -> None:
        answer = visitor.ask("HEAD", READ)
        assert (answer.status_code, answer.data) == (200, b"")
        assert answer.headers["Content-Length"] == str(len(self.CONTENT))
        assert given_back(visitor)

    def test_what_the_service_refuses_is_refused(self, visitor: Visitor, file: str) -> None:
        visitor.services.answer = {"fault": FileAlreadyAttached().as_dict()}
        assert visitor.ask("GET", READ).status_code == 409
        assert given_back(visitor)

    def test_one_that_is_missing_is_unavailable(self, visitor: Visitor, shelf: SealedShelf, file: str) -> None:
        shelf.delete(file)
        answer = visitor.ask("GET", READ)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert answer.get_json()["type"] == "urn:hemvist:problem:file_store_unavailable"
        assert given_back(visitor)

    def test_one_that_was_tampered_with_is_never_sent(self, visitor: Visitor, store: Path, file: str) -> None:
        path = store / "orebro" / "intake" / file
        first, *rest = path.read_bytes()
        path.write_bytes(bytes([first ^ 1, *rest]))
        answer = visitor.ask("GET", READ)
        assert (answer.status_code, answer.get_json()["type"]) == (500, "urn:hemvist:problem:internal_fault")
        assert given_back(visitor)

    def test_a_block_that_is_broken_ends_the_connection(self, visitor: Visitor, store: Path, file: str) -> None:
        path = store / "orebro" / "intake" / file
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        with pytest.raises(SealBroken):
            visitor.ask("GET", READ)
        assert given_back(visitor)


class TestOneOfAll:
    """A file in JSON that every service has a part of."""

    FILE = "/orebro/personal-data-exports/1/file"

    @pytest.fixture
    def parts(self, visitor: Visitor, store: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        """What each service keeps: the last of many blocks. Each says where its own lies."""
        contents = {service: {"items": [service] * (20_000 * number)} for number, service in enumerate(SERVICES)}
        kept = {
            service: SealedShelf(Folder(store), "orebro", service).put(
                [json.dumps(content).encode()], name="personal-data.json", media_type="application/json"
            )
            for service, content in contents.items()
        }

        def call(service: str, *_: object) -> dict[str, Any]:
            return {"body": None, "etag": None, "file": kept[service].as_dict()}

        monkeypatch.setattr(visitor.services, "call", call)
        return contents

    def ask(self, visitor: Visitor) -> Any:
        return visitor.ask("GET", self.FILE, token=a_token(visitor.folder, roles=["admin"]))

    def test_it_holds_each_part_under_its_services_name(self, visitor: Visitor, parts: dict[str, Any]) -> None:
        answer = self.ask(visitor)
        assert answer.get_json() == parts
        assert answer.content_length == len(answer.data)
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''personal-data.json"
        assert given_back(visitor)

    def test_one_of_which_a_part_is_missing_is_unavailable(
        self, visitor: Visitor, store: Path, parts: dict[str, Any]
    ) -> None:
        shutil.rmtree(store / "orebro" / "mentorship")
        answer = self.ask(visitor)
        assert (answer.status_code, answer.get_json()["type"]) == (503, "urn:hemvist:problem:file_store_unavailable")
        assert given_back(visitor)

    def test_a_block_that_is_broken_ends_the_connection(
        self, visitor: Visitor, store: Path, parts: dict[str, Any]
    ) -> None:
        (path,) = (store / "orebro" / "compensation").iterdir()
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        with pytest.raises(SealBroken):
            self.ask(visitor)
        assert given_back(visitor)


class TestPlaces:
    def test_when_all_are_taken_the_next_is_asked_to_come_again(self, visitor: Visitor) -> None:
        house: Gateway = visitor.app.extensions["hemvist"]
        places = [house.files.transfers.take("orebro", openly=False) for _ in range(2)]
        answer = visitor.ask("POST", ATTACH, **unread())
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert answer.get_json()["type"] == "urn:hemvist:problem:files_busy"
        assert visitor.ask("GET", READ).status_code == 503
        for place in places:
            place.give_back()
            place.give_back()
        assert visitor.ask("POST", ATTACH, data=a_pdf(), **PDF).status_code == 201

    @pytest.mark.parametrize(
        ("asked", "most"),
        [
            (("orebro", False), 16),
            (("m{}", False), 32),
            (("orebro", True), 4),
            (("m{}", True), 8),
        ],
        ids=["a municipality", "all", "the open form of one", "the open form of all"],
    )
    def test_nobody_takes_more_than_his_share(self, asked: tuple[str, bool], most: int) -> None:
        transfers, (municipality, openly) = Transfers(32), asked
        assert taken(transfers, municipality, openly=openly) == most

    def test_what_strangers_hold_leaves_staff_their_places(self) -> None:
        transfers = Transfers(32)
        assert taken(transfers, "orebro", openly=True) == 4
        assert taken(transfers, "orebro", openly=False) == 12
        assert taken(transfers, "vasteras", openly=False) == 16

    def test_a_refused_one_takes_nothing(self) -> None:
        transfers = Transfers(8)
        place = transfers.take("orebro", openly=True)
        with pytest.raises(FilesBusy):
            transfers.take("orebro", openly=True)
        place.give_back()
        assert not +transfers._taken


def taken(transfers: Transfers, municipality: str, *, openly: bool) -> int:
    """How many places are given until there are no more."""
    for number in range(100):
        try:
            transfers.take(municipality.format(number), openly=openly)
        except FilesBusy:
            return number
    raise AssertionError("there are always more")


class Slow(io.RawIOBase):
    """Sends a piece, and then nothing until it is let go."""

    def __init__(self, first: bytes) -> None:
        self._first: bytes | None = first
        self.let_go = threading.Event()

    def read(self, _size: int = -1) -> bytes:
        if self._first is not None:
            piece, self._first = self._first, None
            return piece
        self.let_go.wait(20)
        return b""


class TestSlowSenders:
    def test_one_who_stops_in_the_middle_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(uploads, "STALLED", 0.05)
        stream = Slow(b"half")
        with pytest.raises(UploadTooSlow), received(stream, length=100, limit=1000) as pieces:
            list(pieces)
        stream.let_go.set()

    def test_nor_one_who_never_ends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(uploads, "LONGEST", 0.2)

        class Endless(io.RawIOBase):
            def read(self, _size: int = -1) -> bytes:
                return b"x"

        with pytest.raises(UploadTooSlow), received(Endless(), length=None, limit=10**9) as pieces:
            list(pieces)

    def test_nobody_reads_on_when_nobody_takes(self) -> None:
        before = threading.active_count()
        for _ in range(20):
            with received(io.BytesIO(bytes(10**7)), length=None, limit=10**8) as pieces:
                next(pieces)
        assert eventually(lambda: threading.active_count() <= before)

    def test_a_connection_that_breaks_is_a_broken_file(self) -> None:
        class Broken(io.RawIOBase):
            def read(self, _size: int = -1) -> bytes:
                raise OSError("connection reset")

        with pytest.raises(FileBroken), received(Broken(), length=10, limit=100) as pieces:
            list(pieces)
