"""What becomes of investigation's files (gallring): the home's file with everything that was found out about it. It is
kept for ever once a child was placed there (SoL 16:2).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import lazyload

from services.investigation.contract import events
from services.investigation.model import Approval, Concern, Home, HomeUse, Investigation
from services.kernel.basics import clock
from services.kernel.contracts.fields import birth_date
from services.kernel.rows.unit import Unit
from services.kernel.work.retention.files import Asked, Judged, files_of
from services.vocabulary.retention import Papers, judge


def _tell(unit: Unit, one: Home) -> None:
    """Lets the other services weed their copies. It is nobody's home any more that another one is mentor of."""
    investigations = unit.session.execute(
        select(Investigation.id, Investigation.application_id).where(Investigation.home_id == one.id)
    ).all()
    approvals = unit.session.scalars(select(Approval.id).where(Approval.home_id == one.id)).all()
    data = {
        "home_id": one.id,
        "application_ids": [found.application_id for found in investigations if found.application_id is not None],
        "investigation_ids": [found.id for found in investigations],
        "approval_ids": list(approvals),
        "adult_ids": [adult.id for adult in one.adults],
        "concern_ids": list(unit.session.scalars(select(Concern.id).where(Concern.home_id == one.id))),
    }
    unit.record(events.HOME_WEEDED, subject=one, data=data)
    unit.session.execute(delete(HomeUse).where(HomeUse.by_home_id == one.id))


@files_of(Home, written=Home.changed_at, tell=_tell)
def home(asked: Asked, homes: Sequence[Home]) -> Iterator[Judged]:
    """Homes' files, from the last entry in them, the last day of an approval and of what the home was used for."""
    ids = [one.id for one in homes]
    investigations = _by_home(asked.unit, Investigation, ids)
    approvals, uses = _by_home(asked.unit, Approval, ids), _by_home(asked.unit, HomeUse, ids)
    concerns = _by_home(asked.unit, Concern, ids)
    for one in homes:
        written = [
            one.changed_at,
            *(row.changed_at for row in (*investigations[one.id], *approvals[one.id], *concerns[one.id])),
        ]
        ends = [*(row.last_day for row in approvals[one.id]), *_days(uses[one.id])]
        papers = Papers(
            last_entry=max([*map(clock.local_date, written), *ends]),
            in_use=bool(one.open_concerns) or any(use.goes_on(asked.today) for use in uses[one.id]),
            child_placed=any(use.of_child for use in uses[one.id]),
            born=[birth_date(adult.person["personal_number"]) for adult in one.adults],
        )
        yield Judged(
            row=one,
            verdict=judge(papers, **asked.terms),
            known_as=[*_ids(investigations[one.id]), *_ids(uses[one.id]), *_ids(concerns[one.id]), *_ids(one.adults)],
            gone_with=[row.application_id for row in investigations[one.id] if row.application_id is not None],
            people=[adult.lookup for adult in one.adults],
        )


def _by_home(unit: Unit, row_type: Any, ids: Sequence[str]) -> dict[str, list[Any]]:
    """The rows of these homes, by home."""
    found: dict[str, list[Any]] = defaultdict(list)
    rows = select(row_type).where(row_type.home_id.in_(ids)).options(lazyload("*"))
    for row in unit.session.scalars(rows):
        found[row.home_id].append(row)
    return found


def _days(uses: Iterable[HomeUse]) -> list[date]:
    return [use.ends_on or use.starts_on for use in uses]


def _ids(rows: Iterable[Any]) -> list[str]:
    return [one for row in rows for one in (row.id, getattr(row, "application_id", None)) if one is not None]
