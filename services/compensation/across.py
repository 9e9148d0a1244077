"""Compensation's part of what is asked of all services at once: search, what waits, what has a day, a home's way, the
overview."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Date, Text, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.compensation.contract.agreements import CASEWORKER, AgreementKind, AgreementStatus
from services.compensation.contract.claims import ClaimStatus
from services.compensation.contract.pay_runs import PAYROLL, RunStatus
from services.compensation.contract.payees import PayeeChangeStatus
from services.compensation.contract.recoveries import RecoveryStatus
from services.compensation.model import (
    AdoptedTariff,
    Agreement,
    Approval,
    Base,
    Claim,
    Home,
    HomeAdult,
    PayeeChange,
    PayRun,
    PayRunLine,
    Placement,
    Recovery,
    TariffVersion,
    VersionStatus,
)
from services.kernel.basics.days import month_with
from services.kernel.contracts.faults import NotFound
from services.kernel.rows.listing import gathered
from services.kernel.rows.unit import Unit
from services.kernel.work import counts
from services.kernel.work.counts import Dated, Queue
from services.kernel.work.operations import Answer
from services.kernel.work.retention import previews
from services.kernel.work.search import WRITE_SEARCH_WORDS, Finder, counted, may_be_found, writer_of
from services.vocabulary.across import MOST_DEADLINES, DeadlineKind, HitKind
from services.vocabulary.people import household_name

__all__ = ["WRITE_SEARCH_WORDS"]

write_search_words = writer_of(Base)

_AGREEMENTS = counted(
    select(
        Agreement.id,
        Agreement.home_id,
        Agreement.status,
        Home.protected_identity,
        gathered(HomeAdult.person, HomeAdult.home_id == Home.id, order=HomeAdult.id).label("people"),
    )
    .join(Home, Home.id == Agreement.home_id)
    .where(Agreement.home_id == any_(bindparam("ids", type_=ARRAY(Text))), may_be_found(Home.protected_identity)),
    Agreement.id,
)


def search(unit: Unit, body: dict[str, Any]) -> Answer:
    """The agreements with the homes of whom is searched for."""
    finder = Finder(unit, body["text"])
    finder.take(_AGREEMENTS, _hit, ids=finder.ids(HomeAdult.found_as))
    return finder.answer()


def _hit(row: Any) -> dict[str, Any]:
    return {
        "kind": HitKind.AGREEMENT,
        "id": row.id,
        "home_id": row.home_id,
        "title": household_name(row.people or ()),
        "detail": row.status,
        "protected_identity": row.protected_identity,
    }


_BEGINS = or_(Agreement.ends_on.is_(None), Agreement.starts_on <= Agreement.ends_on)  # not of a cancelled placement
QUEUES = [
    Queue(
        kind="unsigned_agreement",
        roles=CASEWORKER,
        rows=select(Agreement.changed_at.label("since")).where(Agreement.status == AgreementStatus.DRAFT, _BEGINS),
    ),
    Queue(
        kind="waiting_claim",
        roles=CASEWORKER,
        rows=select(Claim.made_at.label("since")).where(Claim.status == ClaimStatus.WAITING),
    ),
    Queue(
        kind="open_recovery",
        roles=PAYROLL,
        rows=select(Recovery.changed_at.label("since")).where(
            Recovery.status.in_([RecoveryStatus.OPEN, RecoveryStatus.PROPOSED])
        ),
    ),
    Queue(
        kind="payee_change",
        roles=PAYROLL,
        rows=select(PayeeChange.at.label("since")).where(PayeeChange.status == PayeeChangeStatus.WAITING),
    ),
    Queue(
        kind="tariff_change",
        roles=PAYROLL,
        rows=select(TariffVersion.set_at.label("since")).where(TariffVersion.status == VersionStatus.WAITING),
    ),
    Queue(
        kind="computed_pay_run",
        roles=PAYROLL,
        rows=select(PayRun.computed_at.label("since")).where(PayRun.status == RunStatus.COMPUTED),
    ),
]


def view_waiting(unit: Unit) -> Answer:
    """What waits for somebody: agreements and claims, recoveries, changes to be confirmed, and pay runs."""
    return counts.waiting(unit, "compensation", QUEUES)


def _with_home(of: type[Agreement | Placement], due: Any) -> Any:
    return (
        select(
            of.id,
            due.label("due"),
            Home.protected_identity,
            gathered(HomeAdult.person, HomeAdult.home_id == of.home_id, order=HomeAdult.id).label("people"),
        )
        .select_from(of)
        .outerjoin(Home, Home.id == of.home_id)
    )


def _of_home(kind: str, row: Any) -> dict[str, Any]:
    title = household_name(row.people or ())
    subject = {"kind": kind, "id": row.id, "title": title, "protected_identity": bool(row.protected_identity)}
    return {"subject": subject, "detail": None}


ALLOWANCES = Dated(
    kind=DeadlineKind.ALLOWANCE_REQUEST,
    roles=CASEWORKER,
    rows=_with_home(Agreement, Agreement.allowance_due_on).where(
        Agreement.allowance_due_on.is_not(None),
        Agreement.kind == AgreementKind.PLACEMENT,  # a guardian has custody, and gets it without anybody's asking
    ),
    due=Agreement.allowance_due_on,
    order=Agreement.id,
    view=partial(_of_home, "agreement"),
)
#: The same, of children in contracted homes, who have no agreement of their own.
CONTRACTED_ALLOWANCES = replace(
    ALLOWANCES,
    rows=_with_home(Placement, Placement.allowance_due_on).where(Placement.allowance_due_on.is_not(None)),
    due=Placement.allowance_due_on,
    order=Placement.id,
    view=partial(_of_home, "placement"),
)


def list_deadlines(unit: Unit, query: dict[str, Any]) -> Answer:
    """The child allowances that the municipality has not asked for yet, where it deducts them; the contracts of homes
    that are not approved any more; the files to weed."""
    allowances = _allowances(unit.today) if _deducts(unit) else []
    kinds = [*allowances, _without_approval(unit.today), previews.dated()]
    return counts.soonest(unit, kinds, query, most=MOST_DEADLINES)


def _allowances(today: date) -> list[Dated]:
    """Of the children who are still there in the month for which the home would get it."""
    return [
        replace(dated, rows=dated.rows.where(or_(of.ends_on.is_(None), of.ends_on > func.greatest(dated.due, today))))
        for dated, of in ((ALLOWANCES, Agreement), (CONTRACTED_ALLOWANCES, Placement))
    ]


def _without_approval(today: date) -> Dated:
    """The contracts of contracted emergency homes of which nobody has given notice, by the first day on which no
    approval holds of which the home was told to have one."""
    first = func.least(Approval.contracted_until + 1, Approval.revoked_on, type_=Date)
    ended = (
        select(Approval.home_id, func.max(first, type_=Date).label("due"))
        .where(Approval.contracted_until.is_not(None))
        .group_by(Approval.home_id)
        .having(func.max(first, type_=Date) <= today)
        .subquery()
    )
    is_contract = Agreement.kind == AgreementKind.CONTRACTED_EMERGENCY_HOME
    rows = _with_home(Agreement, ended.c.due).join(ended, ended.c.home_id == Agreement.home_id)
    return replace(
        ALLOWANCES,
        kind=DeadlineKind.CONTRACT_WITHOUT_APPROVAL,
        roles=CASEWORKER | PAYROLL,
        rows=rows.where(is_contract, Agreement.ends_on.is_(None)),
        due=ended.c.due,
    )


def _deducts(unit: Unit) -> bool:
    adopted = unit.session.scalars(select(AdoptedTariff).where(AdoptedTariff.id == str(unit.today.year))).one_or_none()
    return adopted is not None and adopted.tariff.deduct_child_allowance


MONTHS = 24  #: for which a home's pay is shown


def view_journey(unit: Unit, home_id: str) -> Answer:
    """A home's agreements and, for whoever may see it, its pay."""
    shown = (Agreement.id, Agreement.placement_id, Agreement.status, Agreement.starts_on, Agreement.ends_on)
    agreements = unit.session.execute(
        select(*shown).where(Agreement.home_id == home_id).order_by(Agreement.id).limit(100)
    ).all()
    if not agreements:
        raise NotFound
    pay = _pay_of(unit, home_id) if not PAYROLL.isdisjoint(unit.context.roles) else None
    return Answer({"agreements": agreements, "pay": pay})


def _pay_of(unit: Unit, home_id: str) -> Sequence[Any]:
    """What was paid, month by month, the latest first."""
    statement = (
        select(PayRun.month, func.sum(PayRunLine.amount).label("amount"))
        .join(PayRun, PayRun.id == PayRunLine.pay_run_id)
        .where(PayRunLine.home_id == home_id, PayRunLine.amount.is_not(None), PayRun.status == RunStatus.APPROVED)
        .group_by(PayRun.month)
        .order_by(PayRun.month.desc())
        .limit(MONTHS)
    )
    return unit.session.execute(statement).all()


def view_overview(unit: Unit, query: dict[str, Any]) -> Answer:
    """What the months of the period have cost so far: those that it touches."""
    days = counts.days_of(unit, query)
    runs = unit.session.execute(
        select(PayRun.month, PayRun.total, (PayRun.status == RunStatus.APPROVED).label("approved"))
        .where(
            PayRun.status != RunStatus.DISCARDED,
            PayRun.month.between(month_with(days.first).text, month_with(days.last).text),
        )
        .order_by(PayRun.month)
    ).all()
    approved = sum((run.total for run in runs if run.approved), Decimal(0))
    return Answer({"months": runs, "approved_total": approved})
