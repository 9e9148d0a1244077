"""Investigations played through the gateway: the demo's, and a register that the house asks itself (R10)."""

from io import StringIO

from rich.console import Console

from deploy.cli.demo import investigation
from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from tests.registers import a_register, says
from tests.run import REGISTERED, SECRET, register_port
from tests.staff import Staff
from tests.waiting import eventually

ANNA = SubmitApplication.example["adults"][0]["personal_number"]


def test_what_does_not_go_as_everybody_hoped_is_told(platform: Platform) -> None:
    written = StringIO()
    numbers = investigation.play(platform, Console(file=written, width=200))
    text = " ".join(written.getvalue().split())
    assert "Its last day has passed: the approval is expired" in text
    assert "Ida assesses it; nothing else of it is written down." in text
    assert "Another person looks into it: the approval is suspended" in text
    assert "After four visits it is valid again" in text
    assert "it is refused, and told why at a meeting" in text
    assert len(numbers) == 3
    for number in numbers:
        assert number not in text


def test_a_register_is_asked_by_the_house_and_what_it_finds_waits_for_a_person(platform: Platform) -> None:
    recruiter, investigator = (Staff(platform, REGISTERED, role) for role in ("recruiter", "investigator"))
    sent = recruiter.post("/applications", SubmitApplication.example)
    recruiter.post(f"/applications/{sent['id']}/qualify")
    opened = eventually(lambda: investigator.get("/investigations")["items"])
    path = f"/investigations/{opened[0]['id']}"
    with a_register(says(200, outcome="found"), port=register_port()) as register:
        investigator.post(f"{path}/register-checks", {"registers": ["police"]})

        def answered() -> dict[str, str] | None:
            checks = investigator.get(path)["register_checks"]
            return next((one for one in checks if (one["register"], one["status"]) == ("police", "remark")), None)

        check = eventually(answered)
    (heard,) = register.heard
    assert (heard.event["personal_number"], heard.event["register"]) == (ANNA, "police")
    assert heard.headers["authorization"] == SECRET
    assert (check["way"], check["assessment"]) == ("connection", "")
    assert "remark_not_assessed" in [one["code"] for one in investigator.get(path)["blockers"]]
