"""The demo's second part: what the house does by itself when time passes.

Three weeks and a day ago a family writes, sends a paper along, and a file of applications comes from another form. Then
it is today: the last night's work has surfaced whoever nobody rang up. And what is to be weeded is asked for.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from rich.console import Console

from deploy.cli.demo.desk import Desk
from deploy.cli.platform import Platform
from deploy.cli.steps import OnStep, silent
from services.kernel.basics.ids import new_id

THREE_WEEKS_AND_A_DAY = timedelta(days=22)
COLUMNS = "external_id;kind;assignments;given_name;family_name;personal_number;phone;street;postcode;locality;consent"


def play(platform: Platform, console: Console, *, on_step: OnStep = silent) -> list[str]:
    """Plays it in Örebro; returns every personal number that was used. Raises `DemoStopped`."""
    desk = Desk(platform.gateway_url, "orebro", platform.token, console)
    console.rule("A night that passes in Örebro")
    with platform.earlier(THREE_WEEKS_AND_A_DAY, on_step=on_step):
        desk.say("It is three weeks and a day ago.")
        application = _interest(desk)
        _import(desk)
    desk.say("It is today again.")
    _surfaced(desk, application)
    _looked_through(desk)
    return desk.numbers


def _interest(desk: Desk) -> dict[str, Any]:
    """A family that asks to be rung up, and the paper that it hands in."""
    body = {"kind": "callback", "phone": "+46701234567", "consent": True}
    application = desk.do("POST", "/applications", json=body)
    sent = desk.do(
        "POST",
        f"/applications/{application['id']}/attachments",
        "recruiter",
        data=a_pdf(),
        headers={"Content-Type": "application/pdf", "Content-Disposition": 'attachment; filename="Intyg.pdf"'},
    )
    desk.say(
        f"A family asks to be rung up, by {application['contact_by']} at the latest, "
        f"and hands in a paper: {sent['name']}, {sent['size']} bytes, sealed in the store."
    )
    return application


def _import(desk: Desk) -> None:
    """A file of three families of whom one has said no to being written down."""
    one, two = (desk.person(date(1985, 3, day)) for day in (1, 2))
    name = new_id()
    lines = [
        COLUMNS,
        f"{name}-1;form;family_home;Maj;Lind;{one};0701234561;Storgatan 1;70210;Örebro;ja",
        f"{name}-2;form;contact_family;Nils;Ek;{two};0701234562;Storgatan 2;70210;Örebro;nej",
        f"{name}-3;callback;;;;;0701234563;;;;ja",
    ]
    content = "\n".join(lines).encode("windows-1252")
    headers = {"Content-Type": "text/csv; charset=windows-1252"}
    work = desk.do("POST", "/application-imports", "recruiter", data=content, headers=headers)

    def finished() -> dict[str, Any] | None:
        found = desk.do("GET", f"/application-imports/{work['id']}", "recruiter")
        return found if found["status"] == "finished" else None

    work = desk.wait_for("The end of the import", finished)
    desk.say(f"A file of {work['rows']} applications is read in: {work['accepted']} accepted.")
    for problem in work["problems"]:
        desk.say(f"  line {problem['line']}, {problem['field']}: {problem['detail']}")


def _surfaced(desk: Desk, application: dict[str, Any]) -> None:
    def overdue() -> dict[str, Any] | None:
        return desk.find("/applications?overdue=true", "recruiter", lambda one: one["id"] == application["id"])

    found = desk.wait_for("The overdue contact", overdue)
    desk.say(
        f"Nobody rang up the family: since {found['contact_by']} has passed, its application is listed as overdue."
    )
    whole = desk.do("GET", f"/applications/{application['id']}", "recruiter")
    attached = whole["attachments"][0]["id"]
    paper = desk.ask("GET", f"/applications/{application['id']}/attachments/{attached}", "recruiter")
    desk.say(f"The recruiter opens its file, reads the paper ({len(paper.content)} bytes), and rings them up.")
    said = {"way": "phone", "reached": True, "note": "Apologised for the delay."}
    desk.do("POST", f"/applications/{application['id']}/contacts", "recruiter", json=said)


def _looked_through(desk: Desk) -> None:
    """What would be weeded (gallring), and what is kept and why, in all services."""
    begun = desk.do("POST", "/retention/previews", "admin", json={})

    def finished() -> dict[str, Any] | None:
        found = desk.do("GET", f"/retention/previews/{begun['id']}", "admin")
        return found if found["status"] == "finished" else None

    found = desk.wait_for("The end of the preview", finished)
    due = sum(group["count"] for part in found["parts"].values() for group in part["due"])
    desk.say(f"An administrator asks what is to be weeded: {found['total']} files are looked through, {due} are due.")
    for service, part in found["parts"].items():
        for group in part["kept"]:
            why = " ".join(filter(None, (group["why"], group["law"])))
            desk.say(f"  {service}: {group['count']} of the kind {group['kind']} are kept: {why}")


def a_pdf() -> bytes:
    """A page with nothing on it: the smallest whole PDF, another one each time."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    return b"".join(_written(objects))


def _written(objects: list[bytes]) -> Iterator[bytes]:
    head = b"%%PDF-1.7\n%% %s\n" % new_id().encode()
    yield head
    place, places = len(head), []
    for number, content in enumerate(objects, 1):
        whole = b"%d 0 obj\n%s\nendobj\n" % (number, content)
        places.append(place)
        place += len(whole)
        yield whole
    yield b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    yield b"".join(b"%010d 00000 n \n" % one for one in places)
    yield b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, place)
