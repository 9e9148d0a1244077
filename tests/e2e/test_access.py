"""The log of access over HTTP: one log of all services, with the name and the reason of whoever looked."""

import pytest

from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from services.kernel.basics import clock
from tests.staff import Staff

CHILD = {"given_name": "Kim", "family_name": "Ek", "personal_number": "201701012393", "protected_identity": False}
NEED = {"assignment": "family_home", "person": CHILD, "needed_from": "2030-06-01", "needs": "Quiet evenings."}


@pytest.fixture(scope="module")
def auditor(platform: Platform) -> Staff:
    return Staff(platform, "borlange", "auditor", sub="revisor")


def test_who_has_looked_stands_in_one_log_of_all_services(platform: Platform, auditor: Staff) -> None:
    recruiter = Staff(platform, "borlange", "recruiter", sub="anna")
    caseworker = Staff(platform, "borlange", "caseworker", sub="bo")
    application = recruiter.post("/applications", SubmitApplication.example)["id"]
    read = recruiter.ask("GET", f"/applications/{application}", Access_Reason="Efter samtal med Asa")
    assert read.status_code == 200
    request = caseworker.post("/placement-requests", NEED)["id"]
    assert recruiter.ask("GET", f"/applications/{application}x").status_code == 404

    lines = auditor.get(f"/access-log?subject={application}")
    assert lines["next"] is None
    assert [(line["actor"], line["operation"], line["reason"]) for line in lines["items"]] == [
        ("anna", "get_application", "Efter samtal med Asa")
    ]
    assert {"kind": "application", "id": application} in lines["items"][0]["subjects"]
    recruiter.get(f"/applications/{application}")
    newest = auditor.get("/access-log?limit=2")
    assert [line["operation"] for line in newest["items"]] == ["get_application", "open_placement_request"]
    assert {"kind": "placement_request", "id": request} in newest["items"][1]["subjects"]
    older = auditor.get(f"/access-log?limit=2&after={newest['next']}")["items"]
    assert older[0]["id"] == lines["items"][0]["id"]


def test_nobody_else_reads_it_and_no_other_municipalitys_auditor_sees_it(platform: Platform, auditor: Staff) -> None:
    for role in ("admin", "recruiter", "home"):
        assert Staff(platform, "borlange", role).ask("GET", "/access-log").status_code == 403
    Staff(platform, "borlange", "caseworker").post("/placement-requests", NEED)
    own = {line["id"] for line in auditor.get("/access-log?limit=100")["items"]}
    other = Staff(platform, "vasteras", "auditor").get("/access-log?limit=100")["items"]
    assert own
    assert not own & {line["id"] for line in other}


def test_a_check_of_the_log_is_one_of_all_services(platform: Platform, auditor: Staff) -> None:
    recruiter = Staff(platform, "borlange", "recruiter", sub="anna")
    recruiter.get(f"/applications/{recruiter.post('/applications', SubmitApplication.example)['id']}")
    body = {"from": "2020-01-01T00:00:00Z", "to": clock.rfc3339(platform.now()), "note": "Stickprov."}
    review, again = (auditor.post("/access-reviews", body, Idempotency_Key="may") for _ in range(2))
    assert again == review
    logs = {log.pop("service"): log for log in review["logs"]}
    assert logs.keys() == {"intake", "investigation", "placement", "mentorship", "compensation"}
    assert logs["intake"]["lines"] >= 1
    assert [one["id"] for one in auditor.get("/access-reviews")["items"]] == [review["id"]]
    assert auditor.get("/access-alerts?settled=false") == {"items": [], "next": None}
    unknown = auditor.ask("POST", "/access-alerts/intake.unknown/settle", {"note": "Ja."})
    assert unknown.status_code == 404
