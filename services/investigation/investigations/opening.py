"""How investigations open: for a qualified application, for what has changed in an approved home, and for registers
that are to be asked again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.investigation.checks.model import RegisterCheck, checks_of
from services.investigation.checks.status import Register
from services.investigation.contract.common import Kind, Status
from services.investigation.homes.model import Adult, Home
from services.investigation.investigations.model import Investigation
from services.kernel.basics.ids import new_id


def open_investigation(home: Home, qualified: dict[str, Any], *, at: datetime) -> Investigation:
    """A new investigation of a home from `application_qualified`, with every check of every adult still to be made."""
    checks = _every(home.household, tuple(Register))
    return _opened(
        home, Kind.APPLICATION, qualified["assignments"], checks, at=at, application_id=qualified["application_id"]
    )


def open_renewal(
    home: Home, adults: Iterable[Adult], *, assignments: Sequence[str], at: datetime, visits: bool = False
) -> Investigation:
    """A new investigation of an approved home: of adults who have come into it, with their checks still to be made, of
    where it has moved (`visits`), or of both."""
    checks = _every(adults, tuple(Register))
    return _opened(home, Kind.RENEWAL, assignments, checks, at=at, visits=visits)


def open_recheck(
    home: Home, adults: Iterable[Adult], registers: Mapping[Register, date], *, assignments: Sequence[str], at: datetime
) -> Investigation:
    """A new investigation of an approved home, whose adults are looked up in some registers again, each by a day."""
    checks = _every(adults, registers)
    for check in checks:
        check.due_on = registers[Register(check.register)]
    return _opened(home, Kind.RECHECK, assignments, checks, at=at)


def _every(adults: Iterable[Adult], registers: Collection[Register]) -> list[RegisterCheck]:
    return [check for adult in adults for check in checks_of(adult, registers)]


def _opened(
    home: Home,
    kind: Kind,
    assignments: Sequence[str],
    checks: list[RegisterCheck],
    *,
    at: datetime,
    application_id: str | None = None,
    visits: bool = False,
) -> Investigation:
    return Investigation(
        id=new_id(),
        kind=kind,
        application_id=application_id,
        home_id=home.id,
        home=home,
        status=Status.OPEN,
        assignments=list(assignments),
        opened_at=at,
        changed_at=at,
        visits=visits,
        register_checks=checks,
    )
