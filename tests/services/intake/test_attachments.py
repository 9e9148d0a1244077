"""Files of an application: who may attach and read them, and what is refused."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from services.intake.contract.attachments import MOST
from services.intake.model import Attachment
from services.intake.service import Intake
from services.kernel.basics.ids import new_id
from services.kernel.contracts.files import FileInStore, SentFile
from services.kernel.files import stored
from services.kernel.files.shelf import SealedShelf
from services.kernel.files.stored import StoredFile
from services.kernel.messages.context import Context
from services.kernel.secrecy import crypto
from services.kernel.testing import Harness, a_sent_file
from services.kernel.work.due import Due
from services.kernel.work.housekeeping import SWEEPING
from tests.conftest import Urls, files_folder, shelves
from tests.services.intake.conftest import CALLBACK, a_form


@pytest.fixture
def application(intake: Harness) -> dict[str, Any]:
    return intake.do("submit_application", body=a_form(phone="+46 70-123 45 67"))


def attach(intake: Harness, application: dict[str, Any], **call: Any) -> dict[str, Any]:
    return intake.do("attach_to_application", application_id=application["id"], **call)


def refused(intake: Harness, application: dict[str, Any], **call: Any) -> tuple[int, str]:
    return intake.code("attach_to_application", application_id=application["id"], **call)


def listed(intake: Harness, application: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = intake.do("get_application", application_id=application["id"])["attachments"]
    return found


def own(reference: str, digits: str) -> dict[str, str]:
    return {"Application-Reference": reference, "Phone-Last-Four": digits}


class TestAttaching:
    def test_it_is_listed_with_the_application_and_changes_its_version(
        self, intake: Harness, application: dict[str, Any]
    ) -> None:
        before = intake.etag("get_application", application_id=application["id"])
        first = attach(intake, application, file=a_sent_file(name="Intyg från skolan.pdf", size=48213))
        second = attach(intake, application)
        assert (first["name"], first["media_type"], first["size"]) == (
            "Intyg från skolan.pdf",
            "application/pdf",
            48213,
        )
        assert set(first) == {"id", "name", "media_type", "size", "created_at"}
        assert listed(intake, application) == [first, second]
        assert intake.etag("get_application", application_id=application["id"]) != before

    def test_an_application_without_any_lists_none(self, intake: Harness, application: dict[str, Any]) -> None:
        assert listed(intake, application) == []

    def test_the_same_content_twice_is_refused_and_names_the_first(
        self, intake: Harness, application: dict[str, Any]
    ) -> None:
        file = a_sent_file(name="a.pdf")
        first = attach(intake, application, file=file)
        again = a_sent_file(name="b.pdf", content_hash=file.content_hash)
        fault = intake.refusal("attach_to_application", application_id=application["id"], file=again)
        assert (fault["status"], fault["code"], fault["extra"]) == (
            409,
            "file_already_attached",
            {"file_id": first["id"]},
        )
        assert listed(intake, application) == [first]

    def test_the_same_content_may_belong_to_two_applications(
        self, intake: Harness, application: dict[str, Any]
    ) -> None:
        file = a_sent_file()
        attach(intake, application, file=file)
        other = intake.do("submit_application", body=CALLBACK)
        attach(intake, other, file=a_sent_file(content_hash=file.content_hash))
        assert len(listed(intake, other)) == 1

    def test_of_the_same_content_twice_at_once_one_is_kept(self, intake: Harness, application: dict[str, Any]) -> None:
        content_hash = crypto.new_key().hex()

        def send(_: int) -> Any:
            file = a_sent_file(content_hash=content_hash)
            reply = intake.reply("attach_to_application", application_id=application["id"], file=file)
            return reply["fault"]["code"] if "fault" in reply else "done"

        with ThreadPoolExecutor(8) as pool:
            outcomes = sorted(pool.map(send, range(8)))
        assert outcomes == ["done", *["file_already_attached"] * 7]
        assert len(listed(intake, application)) == 1

    def test_the_same_key_answers_what_it_answered_and_names_the_file_that_is_kept(
        self, intake: Harness, application: dict[str, Any]
    ) -> None:
        """The gateway has put the content into the store again, under another id and another key."""
        file = a_sent_file()
        again = a_sent_file(content_hash=file.content_hash)
        call: dict[str, Any] = {"application_id": application["id"], "idempotency_key": new_id()}
        first = intake.reply("attach_to_application", file=file, **call)
        second = intake.reply("attach_to_application", file=again, **call)
        assert first == second
        assert first["kept"] == file.id
        assert len(listed(intake, application)) == 1

    @pytest.mark.parametrize("other", [{"name": "other.pdf"}, {"media_type": "image/png"}, {"content_hash": "ab" * 32}])
    def test_the_same_key_with_another_file_is_refused(
        self, intake: Harness, application: dict[str, Any], other: dict[str, str]
    ) -> None:
        file = a_sent_file()
        call: dict[str, Any] = {"application_id": application["id"], "idempotency_key": new_id()}
        intake.do("attach_to_application", file=file, **call)
        given = {"content_hash": file.content_hash, **other}
        assert intake.code("attach_to_application", file=a_sent_file(**given), **call) == (
            422,
            "idempotency_key_reused",
        )

    def test_there_is_a_most(self, intake: Harness, application: dict[str, Any]) -> None:
        for _ in range(MOST):
            attach(intake, application)
        assert refused(intake, application) == (409, "too_many_attachments")
        assert len(listed(intake, application)) == MOST

    def test_a_closed_application_takes_no_more(self, intake: Harness, application: dict[str, Any]) -> None:
        attach(intake, application)
        intake.do("qualify_application", application_id=application["id"])
        assert refused(intake, application) == (409, "application_already_closed")
        assert len(listed(intake, application)) == 1

    def test_an_application_that_is_not_there(self, intake: Harness) -> None:
        assert refused(intake, {"id": new_id()}) == (404, "not_found")


class TestReading:
    def test_it_is_answered_with_where_it_lies_and_what_opens_it(
        self, intake: Harness, application: dict[str, Any]
    ) -> None:
        file = a_sent_file(name="Läkarintyg.pdf")
        attach(intake, application, file=file)
        reply = intake.reply("get_application_attachment", application_id=application["id"], attachment_id=file.id)
        said = file.as_dict()
        del said["content_hash"], said["charset"]
        assert reply["file"] == said
        assert reply["body"] is None

    def test_it_is_read_at_its_own_application_only(self, intake: Harness, application: dict[str, Any]) -> None:
        attached = attach(intake, application)
        other = intake.do("submit_application", body=CALLBACK)
        for path in (
            {"application_id": other["id"], "attachment_id": attached["id"]},
            {"application_id": application["id"], "attachment_id": new_id()},
        ):
            assert intake.code("get_application_attachment", **path) == (404, "not_found")

    def test_what_lies_in_the_database_says_neither_its_name_nor_its_key(
        self, intake: Harness, application: dict[str, Any], database_of: Callable[[str], Urls]
    ) -> None:
        file = a_sent_file(name="Anna Andersson.pdf")
        attach(intake, application, file=file)
        with psycopg.connect(database_of("intake").admin) as connection:
            row = connection.execute("select * from attachment where id = %s", (file.id,)).fetchone()
        assert row is not None
        written = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
        for secret in (b"Anna", file.key, file.as_dict()["key"].encode(), bytes.fromhex(file.content_hash)):
            assert secret not in written


class TestApplicant:
    def test_the_reference_and_the_last_four_digits_let_an_applicant_attach(
        self, intake: Harness, application: dict[str, Any]
    ) -> None:
        attached = intake.do(
            "attach_to_own_application", roles=[], actor="", headers=own(application["reference"].lower(), "4567")
        )
        assert listed(intake, application) == [attached]

    @pytest.mark.parametrize("digits", ["4568", "0123", "7654"])
    def test_other_digits_find_nothing(self, intake: Harness, application: dict[str, Any], digits: str) -> None:
        given = own(application["reference"], digits)
        wrong = intake.refusal("attach_to_own_application", headers=given)
        nowhere = intake.refusal("attach_to_own_application", headers=own("2222-2222-2222", "4567"))
        assert wrong == nowhere
        assert (wrong["status"], wrong["code"]) == (404, "not_found")
        assert listed(intake, application) == []

    @pytest.mark.parametrize(
        ("headers", "pointers"),
        [
            ({}, {"/Application-Reference", "/Phone-Last-Four"}),
            (own("x", "4567"), {"/Application-Reference"}),
            (own("2222-2222-2222", "+467"), {"/Phone-Last-Four"}),
            (own("2222-2222-2222", "45678"), {"/Phone-Last-Four"}),
        ],
    )
    def test_headers_of_another_form_are_pointed_at(
        self, intake: Harness, headers: dict[str, str], pointers: set[str]
    ) -> None:
        fault = intake.refusal("attach_to_own_application", headers=headers)
        assert (fault["status"], {problem["pointer"] for problem in fault["errors"]}) == (422, pointers)


class TestSweeping:
    @pytest.fixture
    def shelf(self, intake: Harness) -> SealedShelf:
        return shelves("intake").of(intake.tenant)

    @staticmethod
    def put(shelf: SealedShelf, *, hours_ago: float) -> FileInStore:
        file = shelf.put([b"content"], name="a.pdf", media_type="application/pdf")
        age(shelf, file.id, hours_ago)
        return file

    @staticmethod
    def sweep(intake: Harness) -> None:
        with intake.database.unit(Context(tenant=intake.tenant, actor="", request_id="", deadline=0)) as unit:
            unit.plan(SWEEPING, at=unit.now)
            unit.commit()
        assert intake.clockwork.carry_out(Due(tenant=intake.tenant, name="sweep_files", subject=""))

    def test_what_no_row_refers_to_goes_after_a_day_and_what_one_does_stays(
        self, intake: Harness, application: dict[str, Any], shelf: SealedShelf
    ) -> None:
        kept, _orphan, fresh = (self.put(shelf, hours_ago=hours) for hours in (100, 25, 23))
        attach(intake, application, file=SentFile.of(kept, content_hash="ab" * 32))
        self.sweep(intake)
        assert {lying.name for lying in shelf.lying()} == {kept.id, fresh.id}
        assert b"".join(shelf.read(kept)) == b"content"

    def test_what_a_dying_process_left_half_written_goes_too(self, intake: Harness, shelf: SealedShelf) -> None:
        self.put(shelf, hours_ago=0)
        half = f".{new_id()}"
        (files_folder() / intake.tenant / "intake" / half).write_bytes(b"half")
        age(shelf, half, 25)
        self.sweep(intake)
        assert half not in {lying.name for lying in shelf.lying()}

    def test_another_municipality_keeps_its_own(self, intake: Harness) -> None:
        other = shelves("intake").of(intake.new_tenant())
        self.put(other, hours_ago=25)
        self.sweep(intake)
        assert len(list(other.lying())) == 1

    def test_many_are_swept_in_several_units(
        self, intake: Harness, shelf: SealedShelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stored, "_AT_ONCE", 2)
        monkeypatch.setattr(stored, "_MOST", 4)
        for _ in range(5):
            self.put(shelf, hours_ago=25)
        self.sweep(intake)
        assert len(list(shelf.lying())) == 1
        (planned,) = [due for due in intake.clockwork.due_of(intake.tenant) if due.name == "sweep_files"]
        assert intake.clockwork.carry_out(planned)
        assert list(shelf.lying()) == []

    def test_every_class_of_files_is_known_to_it(self) -> None:
        assert Attachment in set(stored._kinds(StoredFile))

    def test_it_comes_each_night(self) -> None:
        assert SWEEPING.each_night_at is not None
        assert Intake.duties()["sweep_files"][0] is SWEEPING


def age(shelf: SealedShelf, name: str, hours_ago: float) -> None:
    """Lets a file have lain for so long."""
    then = time.time() - hours_ago * 3600
    os.utime(files_folder() / shelf.tenant / shelf.service / name, (then, then))
