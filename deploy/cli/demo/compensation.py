"""The demo's part about pay, once a month has been approved: it is exported and explained, a receipt is handed in, the
fee is raised back in time, and the year is forecast."""

from datetime import date
from typing import Any

from deploy.cli.demo.desk import DemoStopped, Desk
from deploy.cli.demo.night import a_pdf

CODES = {"fee": ("7101", "5021"), "cost_reimbursement": ("7201", "5051")}


def play(desk: Desk, home: str, adult: str, today: date) -> None:
    """What follows on a pay run of this month that has been approved. Raises `DemoStopped`."""
    month = f"{today:%Y-%m}"
    run = desk.find("/pay-runs", "payroll", lambda one: one["month"] == month and one["status"] == "approved")
    if run is None:
        raise DemoStopped(f"The pay run of {month} is not approved.")
    _codes(desk)
    _exported(desk, run)
    _explained(desk, home, adult, month)
    _receipt(desk, home, adult, today)
    _raised(desk, home, adult, today)
    _forecast(desk, today)


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
