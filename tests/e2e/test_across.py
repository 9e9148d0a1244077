"""What is asked of all services at once, over HTTP: search, deadlines, what waits, a home's way, the manager's view."""

from collections.abc import Iterator

import pytest

from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from tests.e2e.test_http import problem
from tests.staff import Staff
from tests.waiting import eventually

AWAY = {"status": "unavailable"}
ADULT = {**SubmitApplication.example["adults"][0], "given_name": "Åslög", "family_name": "Quistström"}
FORM = {**SubmitApplication.example, "adults": [ADULT]}
CITY = "borlange"


@pytest.fixture(scope="module")
def everybody(platform: Platform) -> Staff:
    return Staff(platform, CITY, "recruiter", "investigator", "caseworker", "payroll", sub="lisa")


@pytest.fixture(scope="module")
def home(platform: Platform, everybody: Staff) -> str:
    """A family that has been qualified, and whose home is known to investigation."""
    application = everybody.post("/applications", FORM)
    everybody.post(f"/applications/{application['id']}/qualify", {"home_id": None})
    found = f"/home-files/{application['home_id']}"
    eventually(lambda: everybody.ask("GET", found).status_code == 200)
    return str(application["home_id"])


@pytest.fixture
def without_investigation(platform: Platform, everybody: Staff) -> Iterator[None]:
    platform.stop("investigation")
    yield
    platform.start("investigation")
    eventually(lambda: "investigation" not in everybody.get("/waiting"))


def kinds(found: dict[str, object]) -> list[str]:
    return sorted(item["kind"] for item in found["items"])  # type: ignore[attr-defined]


class TestSearch:
    def test_somebody_is_found_in_every_service_that_the_caller_may_ask(
        self, platform: Platform, everybody: Staff, home: str
    ) -> None:
        found = everybody.post("/searches", {"text": "aslog quist"})
        assert kinds(found) == ["application", "home", "investigation"]
        assert {item["home_id"] for item in found["items"]} == {home}
        assert (found["total"], found["total_is_exact"]) == (3, True)
        assert kinds(Staff(platform, CITY, "recruiter").post("/searches", {"text": "åslög"})) == ["application", "home"]
        assert Staff(platform, CITY, "payroll").post("/searches", {"text": "åslög"})["items"] == []

    def test_what_names_nobody_is_said_to_be_wrong_and_whoever_is_no_staff_is_refused(
        self, platform: Platform, everybody: Staff
    ) -> None:
        refused = everybody.ask("POST", "/searches", {"text": "189001019803"})
        assert [one["code"] for one in refused.json()["errors"]] == ["personal_number_check_digit"]
        for role in ("home", "integration", "operator"):
            assert problem(Staff(platform, CITY, role).ask("POST", "/searches", {"text": "anna"})) == (
                403,
                "missing_role",
            )

    def test_the_text_stands_in_no_log(self, platform: Platform, everybody: Staff, home: str) -> None:
        everybody.post("/searches", {"text": "quiststr"})
        folder = platform.state_dir / "logs"

        def logs() -> str:
            return "".join(file.read_text() for file in folder.rglob("*") if file.is_file())

        eventually(lambda: "/searches" in logs())
        assert "quist" not in logs().lower()


class TestDeadlines:
    def test_they_are_one_list_with_pages(self, everybody: Staff, home: str) -> None:
        for _ in range(3):
            everybody.post("/applications", SubmitApplication.example)
        found = everybody.get("/deadlines?kind=contact_due&limit=2")
        assert len(found["items"]) == 2
        assert found["total"] >= 3
        second = everybody.get("/deadlines?kind=contact_due&limit=2&page=2")
        shown = [item["subject"]["id"] for item in (*found["items"], *second["items"])]
        assert len(shown) == len(set(shown))
        assert second["page"] == 2
        assert everybody.get("/deadlines?service=placement")["items"] == []
        assert problem(everybody.ask("GET", "/deadlines?page=51")) == (422, "page_too_far")


class TestServiceAway:
    @pytest.mark.usefixtures("without_investigation")
    def test_its_part_is_unavailable_and_the_others_are_there(self, everybody: Staff, home: str) -> None:
        journey = everybody.get(f"/journeys/{home}")
        assert journey["investigation"] == AWAY
        assert [one["status"] for one in journey["intake"]["applications"]] == ["qualified"]
        for path in ("/deadlines", "/waiting", "/overview"):
            assert everybody.get(path)["investigation"] == AWAY
        assert everybody.post("/searches", {"text": "åslög"})["investigation"] == AWAY


class TestJourney:
    def test_each_part_is_there_only_with_the_right_to_it(
        self, platform: Platform, everybody: Staff, home: str
    ) -> None:
        whole = everybody.get(f"/journeys/{home}")
        assert whole.keys() == {"intake", "investigation", "placement"}, "it has not been approved"
        assert whole["investigation"]["name"] == "Åslög Quistström"
        assert Staff(platform, CITY, "caseworker").get(f"/journeys/{home}").keys() == {"placement"}
        assert problem(Staff(platform, CITY, "payroll").ask("GET", f"/journeys/{home}")) == (404, "not_found")
        assert problem(Staff(platform, "vasteras", "recruiter").ask("GET", f"/journeys/{home}")) == (404, "not_found")


class TestOverview:
    def test_any_staff_sees_the_numbers_of_every_service(self, platform: Platform, home: str) -> None:
        seen = Staff(platform, CITY, "auditor").get("/overview")
        assert seen.keys() == {"intake", "investigation", "placement", "mentorship", "compensation"}
        assert {step["step"] for part in seen.values() for step in part.get("funnel", [])} == {
            *("interest", "contact", "qualified", "investigation", "decision", "approval", "first_placement", "mentor")
        }
        assert problem(Staff(platform, CITY, "home").ask("GET", "/overview")) == (403, "missing_role")


class TestStaff:
    def test_who_works_in_several_services_is_there_once_and_at_once(self, platform: Platform) -> None:
        new = Staff(platform, CITY, "recruiter", "caseworker", sub="eva")
        assert "eva" not in actors(new, "auditor")
        new.get("/applications")
        new.get("/homes")
        assert actors(new, "caseworker").count("eva") == 1
        assert "eva" not in actors(new, "auditor")

    def test_without_a_service_those_whom_the_others_know_are_there(
        self, everybody: Staff, home: str, without_investigation: None
    ) -> None:
        found = everybody.get("/staff")
        assert found["investigation"] == AWAY
        assert "lisa" in [item["actor"] for item in found["items"]]

    def test_nobody_of_a_home_is_told(self, platform: Platform) -> None:
        home = Staff(platform, CITY, "home", personal_number="189001019802")
        assert problem(home.ask("GET", "/staff")) == (403, "missing_role")


def actors(staff: Staff, role: str) -> list[str | None]:
    """Whose work by a role is known."""
    return [item["actor"] for item in staff.get(f"/staff?role={role}")["items"]]
