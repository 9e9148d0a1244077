"""Files of an investigation: another board's report, a certificate."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from services.investigation.contract import attachments
from services.kernel.contracts.files import FileInStore
from services.kernel.testing import Harness, a_sent_file
from tests.services.investigation.conftest import open_one


def attach(harness: Harness, opened: dict[str, Any], **call: Any) -> dict[str, Any]:
    return harness.do("attach_to_investigation", investigation_id=opened["id"], **{"actor": "ivar", **call})


class TestAttach:
    def test_it_is_shown_with_the_investigation_and_read_by_whoever_decides(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        sent = a_sent_file(name="Kumlas utredning.pdf")
        attached = attach(investigation, opened, file=sent)
        assert (attached["name"], attached["size"]) == ("Kumlas utredning.pdf", 1000)
        read = investigation.do("get_investigation", investigation_id=opened["id"])
        assert read["attachments"] == [attached]
        which = {"investigation_id": opened["id"], "attachment_id": attached["id"], "roles": ["decider"]}
        file = FileInStore.from_dict(investigation.reply("get_investigation_attachment", **which)["file"])
        assert (file.id, file.key) == (sent.id, sent.key)

    def test_the_same_content_is_not_kept_twice(self, investigation: Harness, opened: dict[str, Any]) -> None:
        first = a_sent_file()
        attach(investigation, opened, file=first)
        again = a_sent_file(content_hash=first.content_hash)
        call = {"investigation_id": opened["id"], "file": again}
        assert investigation.code("attach_to_investigation", **call) == (409, "file_already_attached")

    def test_of_four_at_once_of_the_same_content_one_is_kept(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        content_hash = a_sent_file().content_hash
        call = {"investigation_id": opened["id"]}
        with ThreadPoolExecutor(4) as pool:
            files = [a_sent_file(content_hash=content_hash) for _ in range(4)]
            replies = list(
                pool.map(lambda file: investigation.reply("attach_to_investigation", file=file, **call), files)
            )
        assert sum("body" in reply for reply in replies) == 1

    def test_there_are_not_endlessly_many(
        self, investigation: Harness, opened: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.investigation.investigations.model.MOST", 2)
        for _ in range(2):
            attach(investigation, opened)
        call = {"investigation_id": opened["id"]}
        assert investigation.code("attach_to_investigation", **call) == (409, "too_many_attachments")
        assert attachments.MOST == 50

    def test_while_a_proposal_waits_nothing_is_added(self, investigation: Harness, proposed: dict[str, Any]) -> None:
        call = {"investigation_id": proposed["id"]}
        assert investigation.code("attach_to_investigation", **call) == (409, "investigation_not_open")

    def test_neither_its_name_nor_its_key_lies_in_clear(self, investigation: Harness, opened: dict[str, Any]) -> None:
        attach(investigation, opened, file=a_sent_file(name="Kumla.pdf"))
        with psycopg.connect(investigation.owner_url) as connection:
            connection.execute("select set_config('hemvist.tenant', %s, true)", (investigation.tenant,))
            written = str(connection.execute("select t::text from investigation_file t").fetchall())
        assert opened["id"] in written
        assert "Kumla" not in written


class TestRead:
    def test_of_another_investigation_it_is_not_found(self, investigation: Harness, opened: dict[str, Any]) -> None:
        attached = attach(investigation, opened)
        other = open_one(investigation)
        call = {"investigation_id": other["id"], "attachment_id": attached["id"]}
        assert investigation.code("get_investigation_attachment", **call) == (404, "not_found")

    def test_of_a_protected_identity_it_takes_the_right_and_a_reason(self, investigation: Harness) -> None:
        opened = open_one(investigation, protected_identity=True)
        attached = attach(investigation, opened)
        call = {"investigation_id": opened["id"], "attachment_id": attached["id"]}
        refused = investigation.code("get_investigation_attachment", **call)
        assert refused == (403, "identity_protected")
        right = {"roles": ["investigator", "protected"], "reason": "The decision."}
        assert "file" in investigation.reply("get_investigation_attachment", **call, **right)
