"""Compensation: a tariff with a correction that waits, agreements, an approved month, a correction of it that is to be
recovered, and a month that is computed."""

from datetime import date

from services.compensation.contract.agreements import AmendAgreement, DraftAgreement
from services.compensation.contract.claims import MakeClaim
from services.compensation.contract.exports import SetExportLayout
from services.compensation.contract.payees import PayCode, SetPayee
from services.investigation.contract.events import APPROVAL_REVOKED, HOME_APPROVED, HOME_CHANGED, HOME_WEEDED
from services.kernel.basics.ids import new_id
from services.kernel.testing import Harness
from services.mentorship.contract.events import MENTOR_CHANGED, MENTORSHIP_ACCEPTED, RESPITE_COMPLETED
from services.placement.contract.events import (
    PLACEMENT_ENDED,
    PLACEMENT_STARTED,
    PLACEMENT_WEEDED,
    VISIT_CONFIRMED,
    VISIT_WITHDRAWN,
)
from tests.home_changes import a_change, a_weeding, an_adult
from tests.services.compensation.conftest import (
    LAST_OF_APRIL,
    a_respite,
    a_signed_agreement,
    a_start,
    a_table,
    an_approval,
    compute,
    set_tariff,
)
from tests.tenancy.scenes import NEIGHBOUR, Scene
from tests.unit.compensation.factories import PARTS, make_tariff_body


def _claim(compensation: Harness, home_id: str, adult_id: str) -> dict[str, str]:
    """A claim that waits, with its paper."""
    body = {**MakeClaim.example, "home_id": home_id, "payee_adult_id": adult_id}
    made = compensation.do("make_claim", body=body, roles=["caseworker"])
    receipt = compensation.do("attach_receipt", claim_id=made["id"])
    return {"claim_id": made["id"], "receipt_id": receipt["id"]}


def scene(compensation: Harness) -> Scene:
    compensation.now = LAST_OF_APRIL
    set_tariff(compensation, **PARTS, deduct_child_allowance=True)
    agreement = a_signed_agreement(compensation, starts_on=date(2024, 3, 1))
    neighbour = a_signed_agreement(compensation)
    adult_id = agreement["payee_adult_id"]
    changed = a_change(agreement["home_id"], adults=[an_adult(id=adult_id)])
    compensation.react(HOME_CHANGED, changed)
    compensation.react(HOME_CHANGED, a_change(neighbour["home_id"], adults=[an_adult(NEIGHBOUR)]))
    spare = a_change(new_id())
    compensation.react(HOME_CHANGED, spare)
    compensation.react(HOME_APPROVED, an_approval(spare["home_id"], adults=spare["adults"]))
    (contract,) = compensation.do("list_agreements", query={"home_id": spare["home_id"]})["items"]
    compensation.do("sign_agreement", agreement_id=contract["id"])
    receipt = _claim(compensation, agreement["home_id"], adult_id)
    leave = {"agreement_id": contract["id"], "starts_on": "2024-05-06", "ends_on": "2024-05-07"}
    taken = compensation.do("take_leave", body=leave, roles=["caseworker"])
    contact = a_signed_agreement(compensation, assignment="contact_family", home_id=agreement["home_id"])
    visit = {
        "visit_id": new_id(),
        "placement_id": contact["placement_id"],
        "home_id": contact["home_id"],
        "assignment": "contact_family",
        "starts_on": date(2024, 4, 5),
        "ends_on": date(2024, 4, 7),
        "half_first_day": True,
        "half_last_day": False,
        "reported_on": date(2024, 4, 8),
    }
    compensation.react(VISIT_CONFIRMED, visit)
    march = compute(compensation, "2024-03")
    compensation.do("approve_pay_run", pay_run_id=march["id"], actor="bo")
    started = a_start(placement_id=agreement["placement_id"], home_id=agreement["home_id"], starts_on=date(2024, 3, 1))
    compensation.react(PLACEMENT_ENDED, {**started, "ends_on": date(2024, 3, 10)})
    april = compute(compensation)
    compensation.do("approve_pay_run", pay_run_id=april["id"], actor="bo")
    compensation.pass_time(LAST_OF_APRIL)
    recovery = compensation.do("list_recoveries")["items"][0]
    payee = compensation.do("set_payee", adult_id=adult_id, body=SetPayee.example, if_match="*")
    compensation.do("set_pay_code", pay_kind="fee", body=PayCode.example, if_none_match=True)
    compensation.do("set_export_layout", layout_name="own", body=SetExportLayout.example, if_none_match=True)
    corrected = {**make_tariff_body(**PARTS, source="SKR 23:50, rättad"), "reason": "Ett fel i cirkuläret."}
    version = compensation.do("set_tariff", year="2024", body=corrected, if_match="*")
    run = april
    paper = compensation.do("get_agreement", agreement_id=agreement["id"])["terms"][0]["paper"]
    paid = {"payees": [{"adult_id": adult_id, "percent": "100"}]}
    drafted = {**DraftAgreement.example, "home_id": agreement["home_id"], **paid}
    return Scene(
        ids={
            "year": "2024",
            "tariff_change_id": version["id"],
            "agreement_id": agreement["id"],
            "paper_id": paper["id"],
            "home_id": agreement["home_id"],
            "pay_run_id": run["id"],
            "recovery_id": recovery["id"],
            "adult_id": adult_id,
            "payee_change_id": payee["id"],
            "layout_name": "own",
            "pay_kind": "fee",
            "leave_id": taken["id"],
            **receipt,
        },
        bodies={
            "search": {"text": changed["adults"][0]["given_name"]},
            "compute_pay_run": {"month": "2024-01"},
            "draft_agreement": drafted,
            "make_claim": {**MakeClaim.example, "home_id": agreement["home_id"], "payee_adult_id": adult_id},
            "take_leave": {**leave, "starts_on": "2024-05-13", "ends_on": "2024-05-14"},
            "amend_agreement": {**AmendAgreement.example, **paid},
        },
        files={"load_tariff": a_table(compensation)},
        everywhere=frozenset({"get_recommended_tariff"}),
        queries={"get_statement": {"home_id": agreement["home_id"]}},
        refused={
            "load_tariff": 503,
            "draft_agreement": 409,
            "get_statement": 404,
            "make_claim": 404,
            "take_leave": 404,
        },
        events={
            PLACEMENT_STARTED: started,
            PLACEMENT_ENDED: {**started, "ends_on": date(2024, 4, 20)},
            PLACEMENT_WEEDED: started,
            VISIT_CONFIRMED: visit,
            VISIT_WITHDRAWN: visit,
            HOME_APPROVED: an_approval(agreement["home_id"]),
            APPROVAL_REVOKED: {"approval_id": new_id(), "home_id": agreement["home_id"], "on": date(2024, 4, 20)},
            HOME_CHANGED: changed,
            HOME_WEEDED: a_weeding(spare["home_id"]),
            RESPITE_COMPLETED: a_respite(agreement["home_id"]),
            MENTOR_CHANGED: {
                "mentor_id": new_id(),
                "home_id": agreement["home_id"],
                "active": True,
                "contracted": True,
            },
            MENTORSHIP_ACCEPTED: {
                "mentorship_id": new_id(),
                "mentor_id": new_id(),
                "home_id": neighbour["home_id"],
                "mentor_home_id": agreement["home_id"],
            },
        },
        subjects={
            "keep_agreement_paper": f"{agreement['id']} 0",
            "tell_contract": f"{contract['id']} 0",
            "go_on_computing": run["id"],
        },
    )
