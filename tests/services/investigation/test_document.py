"""R55: the investigation as a document, made for who may read it, as it stands on the day, and kept nowhere."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.kernel.contracts.files import FileInStore, FileStoreUnavailable
from services.kernel.files import documents
from services.kernel.testing import Harness
from tests.conftest import files_folder, shelves
from tests.pdfs import words_of
from tests.services.investigation.conftest import REMARK, a_proposal, make_ready, open_one


def made(investigation: Harness, opened: dict[str, Any], **call: Any) -> tuple[FileInStore, bytes]:
    """The file that is answered, and its content."""
    reply = investigation.reply("get_investigation_document", investigation_id=opened["id"], **call)
    assert "fault" not in reply, reply
    assert (reply["body"], reply["etag"]) == (None, None)
    file = FileInStore.from_dict(reply["file"])
    shelf = shelves("investigation").of(call.get("tenant") or investigation.tenant)
    return file, b"".join(shelf.read(file))


class TestGetInvestigationDocument:
    def test_it_holds_what_is_known(self, investigation: Harness, opened: dict[str, Any]) -> None:
        check = {"investigation_id": opened["id"], "check_id": opened["register_checks"][0]["id"], "if_match": "*"}
        investigation.do("record_register_check", body=REMARK, actor="ivar", **check)
        file, pdf = made(investigation, opened)
        assert (file.name, file.media_type, file.size) == (f"utredning-{opened['id']}.pdf", "application/pdf", len(pdf))
        said = words_of(pdf)
        name = next(
            known["name"] for known in investigation.database.municipalities() if known["slug"] == investigation.tenant
        )
        for part in (name, f"Ärende: {opened['id']}", "Datum: 2026-05-02", "Anna Andersson", "Bo Berg", "Läge: Pågår"):
            assert part in said
        assert "Polisens register Anmärkning 2026-05-01 2026-11-01 ivar" in said
        assert "A fine for speeding." not in said  # of the police's registers nothing but the outcome

    def test_it_shows_the_decision_with_who_and_when(self, investigation: Harness, opened: dict[str, Any]) -> None:
        make_ready(investigation, opened)
        which = {"investigation_id": opened["id"]}
        investigation.do("propose_decision", body=a_proposal(), actor="ivar", **which)
        investigation.do("decide_investigation", body={"outcome": "approve", "reasons": ""}, actor="dagny", **which)
        said = words_of(made(investigation, opened)[1])
        assert "Föreslaget av: ivar Föreslaget den: 2026-05-02" in said
        assert "Beslut: Hemmet godkänns Beslutat av: dagny Beslutat den: 2026-05-02" in said
        assert "Hinder för ett godkännande" not in said

    def test_a_protected_identity_shows_no_name(self, investigation: Harness) -> None:
        file, pdf = made(investigation, open_one(investigation, protected_identity=True))
        assert not re.search("Anna|Andersson|Berg", words_of(pdf) + file.name)
        assert "Vuxen 1" in words_of(pdf)

    def test_the_same_state_gives_the_same_bytes_under_another_key(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        first, second = made(investigation, opened), made(investigation, opened)
        assert first[1] == second[1]
        assert (first[0].id, first[0].key) != (second[0].id, second[0].key)

    def test_nothing_of_it_lies_in_clear(self, investigation: Harness, opened: dict[str, Any]) -> None:
        file, pdf = made(investigation, opened)
        lying = (files_folder() / investigation.tenant / "investigation" / file.id).read_bytes()
        assert len(lying) > len(pdf)
        assert b"PDF" not in lying[:20]
        assert b"StructTreeRoot" in pdf
        assert b"StructTreeRoot" not in lying

    def test_two_at_once_are_both_made(self, investigation: Harness, opened: dict[str, Any]) -> None:
        with ThreadPoolExecutor(2) as pool:
            found = {pdf for _, pdf in pool.map(lambda _: made(investigation, opened), range(2))}
        assert len(found) == 1

    def test_it_needs_an_investigation_of_this_municipality(
        self, investigation: Harness, opened: dict[str, Any]
    ) -> None:
        missing = (404, "not_found")
        other = investigation.new_tenant()
        which = {"investigation_id": opened["id"]}
        assert investigation.code("get_investigation_document", investigation_id="no-such") == missing
        assert investigation.code("get_investigation_document", tenant=other, **which) == missing

    @pytest.mark.parametrize("role", ["recruiter", "caseworker", "home", "operator", "admin"])
    def test_others_may_not_read_it(self, investigation: Harness, opened: dict[str, Any], role: str) -> None:
        call = {"investigation_id": opened["id"], "roles": [role]}
        assert investigation.code("get_investigation_document", **call) == (403, "missing_role")

    def test_a_decider_may(self, investigation: Harness, opened: dict[str, Any]) -> None:
        assert made(investigation, opened, roles=["decider"])[1].startswith(b"%PDF-")


class TestTrouble:
    @pytest.fixture
    def busy(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(documents, "_PATIENCE", 0.01)
        with documents._one_at_a_time:
            yield

    @pytest.mark.usefixtures("busy")
    def test_too_many_at_once_may_be_asked_again(self, investigation: Harness, opened: dict[str, Any]) -> None:
        call = {"investigation_id": opened["id"]}
        assert investigation.code("get_investigation_document", **call) == (503, "service_unavailable")

    def test_a_document_that_can_not_be_made_is_a_fault_without_its_text(
        self, investigation: Harness, opened: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(documents, "_MEMORY", 1 << 20)
        fault = investigation.refusal("get_investigation_document", investigation_id=opened["id"])
        assert (fault["status"], fault["code"]) == (500, "internal_fault")
        assert "Anna" not in str(fault)

    def test_a_store_that_is_away_is_said_to_be_away(
        self, investigation: Harness, opened: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_: object) -> None:
            raise FileStoreUnavailable

        monkeypatch.setattr("services.kernel.files.store.Folder.write", away)
        call = {"investigation_id": opened["id"]}
        assert investigation.code("get_investigation_document", **call) == (503, "file_store_unavailable")
