"""The demo's part about pay: every kind of assignment in one month, with a correction of the month before; and once the
month has been approved: it is exported and explained, a receipt is handed in, the fee is raised back in time, and the
year is forecast."""

from datetime import date, timedelta
from typing import Any

from deploy.cli.demo.desk import DemoStopped, Desk
from deploy.cli.demo.night import a_pdf

#: SKR's recommendation for 2024; later years' figures are each municipality's own to adopt.
TARIFF: dict[str, Any] = {
    "price_base_amount": "57300",
    "source": "SKR 2024, used in the demo for any year",
    "family_home": {
        "fee": {"base": "11417.00", "raised_1": "13342.00", "raised_2": "15281.00", "raised_3": "17531.00"},
        "cost_percent": {"0-12": {"base": "110", "full": "155"}, "13-19": {"base": "125", "full": "175"}},
    },
    "contracted_emergency_home": {
        "fee": {"1": "17531.00", "2": "23956.00", "3": "32005.00", "4": "32005.00"},
        "empty_cost_percent": {"1": "25", "2": "25", "3": "50", "4": "50"},
        "empty_cost_when": "no_child",
        "leave_days_per_year": 25,
        "leave_unit": "working",
        "pension_compensation_percent": "0",
        "supplements": {},
    },
    "contact_family": {
        "fee_per_day": {"0-12": {"base": "229.00"}, "13-19": {"base": "297.00"}, "20+": {"base": "365.00"}},
        "cost_percent": {"0-12": {"base": "105"}, "13-19": {"base": "120"}, "20+": {"base": "120"}},
        "double_pay_limit_days": 14,
        "eves_pay_double": False,
    },
    "contact_person": {
        "fee_percent": {"1": ["10", "35"], "2": ["20", "45"], "3": ["30", "55"]},
        "cost_percent": {"low": "10", "mid": "25", "high": "40"},
    },
    "mileage": {"tax_free_per_km": "2.50", "paid_per_km": "2.50"},
    "lost_income": {"holiday_pay_percent": "12"},
    "reporting": {"due_day": 3, "retroactive_months": 3, "pay_before_report": False},
    "part_month": "calendar_days",
    "arrival_day_counts": True,
    "departure_day_counts": True,
    "birthday_rule": "same_day",
}
EVERY_KIND_IN = "stockholm"  #: where mentor families have a contract, and a month of every kind of assignment is played
#: What the home is approved for that takes what the others do not.
SEVERAL = ("contact_family", "contact_person", "emergency_home")
CODES = {"fee": ("7101", "5021"), "cost_reimbursement": ("7201", "5051")}


def adopted(desk: Desk, today: date) -> None:
    """This year's tariff and the one of last month's year, where the municipality has none yet."""
    for year in sorted({today.year, _month_before(today).year}):
        path = f"/tariffs/{year}"
        if desk.ask("GET", path, "payroll").status_code == 404:
            model = "contracted" if desk.municipality == EVERY_KIND_IN else "voluntary"
            mentor = {"model": model, "fee_per_month": "1500.00", "respite_fee_per_night": "500.00"}
            body = {**TARIFF, "mentor": mentor, "adopted_on": str(today)}
            desk.do("PUT", path, "payroll", json=body, headers={"If-None-Match": "*"})


def contracted(desk: Desk, home: str, adult: str, today: date) -> None:
    """A mentor family that is a contracted emergency home too: it was paid last month, and a change of that month is
    signed late."""
    before = _month_before(today)
    payee = _mentors(desk, home, adult)
    body = {
        "home_id": home,
        "kind": "contracted_emergency_home",
        "starts_on": str(before),
        "places": 1,
        "age_from": 0,
        "age_to": 12,
        **_terms(payee),
    }
    contract = desk.do("POST", "/agreements", "caseworker", json=body)
    _signed(desk, contract["id"], adult)
    computed = desk.ask("POST", "/pay-runs", "payroll", sub="petra", json={"month": f"{before:%Y-%m}"})
    if computed.status_code == 409:
        desk.say(
            f"The pay run of {before:%Y-%m} has been approved already: the contract is paid back to its first day."
        )
    else:
        desk.do("POST", f"/pay-runs/{computed.json()['id']}/approve", "payroll", sub="olle", json={})
        desk.say(f"The mentors are a contracted emergency home, too, paid for {before:%Y-%m} with nobody there.")
    path = f"/agreements/{contract['id']}"
    etag = desk.ask("GET", path, "caseworker").headers["ETag"]
    amended = {**_terms(payee), "places": 2, "age_from": 0, "age_to": 12, "from": str(before.replace(day=16))}
    desk.do("PUT", path, "caseworker", json=amended, headers={"If-Match": etag})
    _signed(desk, contract["id"], adult)
    desk.say(f"They have had room for two since {before.replace(day=16)}: the next run corrects that month.")


def _mentors(desk: Desk, home: str, adult: str) -> str:
    """Signs the agreement that has been drafted by itself; who of the home is paid."""

    def drafted() -> Any:
        items = desk.do("GET", f"/agreements?home_id={home}", "caseworker")["items"]
        return next((item for item in items if item["kind"] == "mentor"), None)

    agreement = desk.wait_for("The mentors' agreement", drafted)
    _signed(desk, agreement["id"], adult)
    return str(agreement["payee_adult_id"])


def _signed(desk: Desk, agreement_id: str, adult: str) -> None:
    desk.do("POST", f"/agreements/{agreement_id}/sign", "caseworker", json={})
    desk.do("POST", f"/agreements/{agreement_id}/sign", "home", json={}, personal_number=adult, sub="anna")


def _terms(payee: str) -> dict[str, Any]:
    return {"fee_level": "base", "cost_level": "base", "payees": [{"adult_id": payee, "percent": "100"}]}


def _month_before(today: date) -> date:
    """The first day of last month."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def assigned(desk: Desk, home: str, adult: str, today: date, position: tuple[float, float]) -> None:
    """A home that is a contact family, a contact person and an emergency home, each for somebody else."""
    for assignment, name in zip(SEVERAL, ("Lo", "Mio", "Ida"), strict=True):
        placement = _placed(desk, home, adult, assignment, name, today, position)

        def drafted(wanted: str = placement) -> Any:
            items = desk.do("GET", f"/agreements?home_id={home}", "caseworker")["items"]
            return next((item for item in items if item["placement_id"] == wanted), None)

        _signed(desk, desk.wait_for("The agreement", drafted)["id"], adult)
        if assignment.startswith("contact"):
            days = {"starts_on": str(today), "ends_on": str(today)}
            who = {"personal_number": adult, "sub": "anna"}
            visit = desk.do("POST", f"/placements/{placement}/visits", "home", json=days, **who)
            desk.do("POST", f"/visits/{visit['id']}/confirm", "caseworker", json={})
    desk.say("The Lund family is a contact family for Lo, meets Mio as a contact person, and takes Ida for a while.")


def _placed(
    desk: Desk, home: str, adult: str, assignment: str, name: str, today: date, position: tuple[float, float]
) -> str:
    need = {
        "assignment": assignment,
        "person": {"given_name": name, "family_name": "Ek", "personal_number": desk.child(9, today)},
        "needed_from": str(today),
        "urgent": False,
        "place": {"latitude": position[0], "longitude": position[1]},
        "needs": "Somebody who has time.",
    }
    request = desk.do("POST", "/placement-requests", "caseworker", json=need)["id"]
    asked = {
        "home_id": home,
        "message": f"Would you do it for {name}?",
        "answer_by": f"{today + timedelta(3)}T18:00:00Z",
    }
    inquiry = desk.do("POST", f"/placement-requests/{request}/inquiries", "caseworker", json=asked)
    desk.do("POST", f"/inquiries/{inquiry['id']}/accept", "home", personal_number=adult, sub="anna", json={})
    decision = {"authority": "committee", "decided_on": str(today), "reference": "SN 2026/113 § 2"}
    decision["child_assessment"] = f"{name} knows them."
    start = {"placement_request_id": request, "home_id": home, "starts_on": str(today), "care_decision": decision}
    return str(desk.do("POST", "/placements", "caseworker", json=start)["id"])


def play(desk: Desk, home: str, adult: str, today: date) -> None:
    """What follows on a pay run of this month that has been approved. Raises `DemoStopped`."""
    month = f"{today:%Y-%m}"
    run = desk.find("/pay-runs", "payroll", lambda one: one["month"] == month and one["status"] == "approved")
    if run is None:
        raise DemoStopped(f"The pay run of {month} is not approved.")
    _kinds(desk, run)
    _codes(desk)
    _exported(desk, run)
    _explained(desk, home, adult, month)
    _receipt(desk, home, adult, today)
    _raised(desk, home, adult, today)
    _forecast(desk, today)


def _kinds(desk: Desk, run: dict[str, Any]) -> None:
    """What the month pays for, and how many of its lines correct the months before."""
    lines = list(desk.every(f"/pay-runs/{run['id']}/lines", "payroll"))
    kinds = sorted({line["kind"] for line in lines if "kind" in line})
    corrected = sum(line.get("corrects") is not None for line in lines)
    desk.say(f"The month pays for: {', '.join(kinds)}; {corrected} of {len(lines)} lines correct an earlier month.")


def _codes(desk: Desk) -> None:
    for kind, (wage_type, account) in CODES.items():
        path = f"/pay-codes/{kind}"
        if desk.ask("GET", path, "payroll").status_code == 404:
            body = {"wage_type": wage_type, "account": account, "cost_centre": "4310"}
            desk.do("PUT", path, "payroll", json=body, headers={"If-None-Match": "*"})


def _exported(desk: Desk, run: dict[str, Any]) -> None:
    path = f"/pay-runs/{run['id']}/export?format=csv"
    twice = [desk.ask("GET", path, "payroll") for _ in range(2)]
    if twice[0].status_code == 403:
        desk.say("Somebody in the run is protected: it is exported with the right to it and a reason only.")
        return
    if twice[0].status_code != 200 or twice[0].content != twice[1].content:
        raise DemoStopped("The export is not the same twice.")
    desk.say(f"The run is exported: {len(twice[0].content)} bytes, the same each time.")


def _explained(desk: Desk, home: str, adult: str, month: str) -> None:
    path = f"/statements?home_id={home}&month={month}"
    asked = desk.ask("GET", path, "home", personal_number=adult, sub="anna")
    if asked.status_code == 404:
        desk.say("The home is paid by a later run, and has no statement of this month.")
        return
    for line in asked.json()["lines"]:
        desk.say(f"Anna reads: {line['name']} {line['amount']} kr, {line['explanation']}")


def _receipt(desk: Desk, home: str, adult: str, today: date) -> None:
    """A purchase of which a part is granted, and the paper that belongs to it."""
    body = {
        "home_id": home,
        "kind": "receipt",
        "amount": "499.00",
        "period_from": str(today),
        "description": "Glasögon.",
    }
    who = {"personal_number": adult, "sub": "anna"}
    claim = desk.do("POST", "/claims", "home", json=body, **who)
    paper = {"Content-Type": "application/pdf", "Content-Disposition": 'attachment; filename="Kvitto.pdf"'}
    desk.do("POST", f"/claims/{claim['id']}/attachments", "home", data=a_pdf(), headers=paper, **who)
    part = {"amount": "450.00", "reason": "Upp till 450 kronor."}
    desk.do("POST", f"/claims/{claim['id']}/approve", "caseworker", json=part)
    desk.say("Anna hands in a receipt of 499 kr; 450 kr of it are approved, and the next run pays them, once.")


def _raised(desk: Desk, home: str, adult: str, today: date) -> None:
    """An amendment back to the month's first day: signed by both, corrected by the next run."""
    items = desk.do("GET", f"/agreements?home_id={home}&status=signed", "caseworker")["items"]
    path = f"/agreements/{items[0]['id']}"
    read = desk.ask("GET", path, "caseworker")
    body = {
        "fee_level": "raised_1",
        "cost_level": "base",
        "payees": [{"adult_id": items[0]["payee_adult_id"], "percent": "100"}],
        "from": str(today.replace(day=1)),
    }
    desk.do("PUT", path, "caseworker", json=body, headers={"If-Match": read.headers["ETag"]})
    desk.do("POST", f"{path}/sign", "caseworker", json={})
    desk.do("POST", f"{path}/sign", "home", json={}, personal_number=adult, sub="anna")
    desk.say("The fee is raised from the first of the month on, and both sign: the next run corrects this month.")


def _forecast(desk: Desk, today: date) -> None:
    cells = desk.do("GET", f"/forecast?year={today.year}&limit=100", "payroll")["items"]
    whole = sum(float(cell["cost"]) for cell in cells)
    desk.say(f"The year {today.year} comes to {whole:,.0f} kr by what runs today, with employer contributions.")
