"""A document over real HTTP: from a family's interest to the investigation as PDF."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pypdf
import pytest
import requests

from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from tests.staff import Staff
from tests.waiting import eventually


@pytest.fixture(scope="module")
def investigator(platform: Platform) -> Staff:
    return Staff(platform, "borlange", "investigator")


@pytest.fixture(scope="module")
def investigation(platform: Platform, investigator: Staff) -> dict[str, Any]:
    """The one that opens by itself when an application is qualified."""
    recruiter = Staff(platform, "borlange", "recruiter")
    application = recruiter.post("/applications", SubmitApplication.example)
    contact = {"way": "phone", "reached": True, "note": ""}
    recruiter.post(f"/applications/{application['id']}/contacts", contact)
    recruiter.post(f"/applications/{application['id']}/qualify")

    def opened() -> list[dict[str, Any]]:
        known = investigator.get("/investigations?limit=100")["items"]
        return [item for item in known if item["application_id"] == application["id"]]

    eventually(lambda: bool(opened()))
    return opened()[0]


def text_of(answer: requests.Response) -> str:
    pages = pypdf.PdfReader(BytesIO(answer.content)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


class TestDocument:
    def test_it_is_the_body_with_its_type_name_and_length(
        self, investigator: Staff, investigation: dict[str, Any]
    ) -> None:
        answer = investigator.ask("GET", f"/investigations/{investigation['id']}/document")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        name = f"attachment; filename*=UTF-8''utredning-{investigation['id']}.pdf"
        assert answer.headers["Content-Disposition"] == name
        assert int(answer.headers["Content-Length"]) == len(answer.content)
        said = text_of(answer)
        for part in ("Borlänge", investigation["id"], investigation["name"], "Familjens sammansättning"):
            assert part in said
        assert SubmitApplication.example["adults"][0]["personal_number"] not in said

    def test_who_may_not_read_it_gets_a_problem(self, platform: Platform, investigation: dict[str, Any]) -> None:
        path = f"/investigations/{investigation['id']}/document"
        refused = Staff(platform, "borlange", "recruiter").ask("GET", path)
        assert (refused.status_code, refused.headers["Content-Type"]) == (403, "application/problem+json")
        assert Staff(platform, "borlange").ask("GET", path).status_code == 401
        assert Staff(platform, "orebro", "investigator").ask("GET", path).status_code == 404

    def test_nothing_of_it_lies_in_clear(
        self, platform: Platform, investigator: Staff, investigation: dict[str, Any]
    ) -> None:
        assert investigator.ask("GET", f"/investigations/{investigation['id']}/document").status_code == 200
        lying = [path for path in (platform.state_dir / "files").rglob("*") if path.is_file()]
        assert lying
        assert [path for path in lying if b"%PDF" in path.read_bytes()] == []

    def test_others_are_answered_while_documents_are_made(
        self, platform: Platform, investigator: Staff, investigation: dict[str, Any]
    ) -> None:
        reader = Staff(platform, "borlange", "decider")
        done = threading.Event()
        reads: list[int] = []

        def read() -> None:
            while not done.is_set():
                reads.append(reader.ask("GET", f"/investigations/{investigation['id']}").status_code)

        thread = threading.Thread(target=read)
        thread.start()
        try:
            with ThreadPoolExecutor(2) as pool:
                path = f"/investigations/{investigation['id']}/document"
                answers = list(pool.map(lambda _: investigator.ask("GET", path).status_code, range(8)))
        finally:
            done.set()
            thread.join()
        assert set(answers) <= {200, 503}  # where the machine is slow, somebody is asked to come again
        assert 200 in answers
        assert set(reads) == {200}
        # A document keeps a processor busy for a tenth of a second and more; who reads does not wait for it.
        assert len(reads) > len(answers)
