"""How far a run reaches: the homes that it has to do with, and how many agreements and claims are expected of it."""

from collections.abc import Sequence

from sqlalchemy import text

from services.kernel.basics.days import Month
from services.kernel.rows.unit import Unit

#: The homes that a run has to do with, in their order, from one on: those with an agreement or a placement in the
#: month, with a claim, with what is recovered, with what has changed (there, or where the same person has lived), and
#: with lines that may have to go.
_HOMES = text("""
    with noted as materialized (select distinct home_id from pay_change),
    changed as materialized (
        select home_id from noted
        union select other.home_id from noted join placement one on one.home_id = noted.home_id
            join placement other on other.person_key = one.person_key
    )
    select home_id from (
        select home_id from agreement where starts_on <= :last and (ends_on is null or ends_on >= :first)
        union select home_id from placement where starts_on <= :last and (ends_on is null or ends_on >= :first)
        union select home_id from changed where home_id is not null
        union select home_id from agreement where exists (select from changed where home_id is null)
        union select home_id from claim where status = 'approved' and period_from <= :last
        union select home_id from recovery where status = 'decided'
        union select home_id from pay_run_line where pay_run_id = :run_id
    ) found where home_id > :after order by home_id limit :most
""")


def homes_after(unit: Unit, run_id: str, month: Month, after: str | None, most: int) -> list[str]:
    """The next homes of a run, so many at most."""
    given = {"first": month.first, "last": month.last, "run_id": run_id, "after": after or "", "most": most}
    return list(unit.session.scalars(_HOMES, given))


#: With a home also those where the same person has lived: a day of moving is paid in one of them.
_CHANGED = text("""
    select home_id from pay_change where home_id = any(:ids) or home_id is null
    union select one.home_id from placement one
        join placement other on other.person_key = one.person_key and other.home_id <> one.home_id
        join pay_change on pay_change.home_id = other.home_id
        where one.home_id = any(:ids)
""")


def changed_among(unit: Unit, homes: Sequence[str]) -> set[str]:
    """Of some homes those for which approved months are looked at again."""
    found = set(unit.session.scalars(_CHANGED, {"ids": list(homes)}))
    return set(homes) if None in found else found


_EXPECTED = text("""
    select (
        select count(*) from agreement
        where starts_on <= :last and (ends_on is null or (ends_on >= :first and ends_on >= starts_on))
    ) + (
        select count(*) from placement p
        where p.starts_on <= :last and (p.ends_on is null or (p.ends_on >= :first and p.ends_on >= p.starts_on))
        and not exists (select from agreement a where a.placement_id = p.id and a.kind = 'placement')
        and not (p.assignment = 'contracted_emergency_home' and exists (
            select from agreement a where a.home_id = p.home_id and a.kind = 'contracted_emergency_home'
            and a.starts_on <= :last and (a.ends_on is null or (a.ends_on >= :first and a.ends_on >= a.starts_on))
        ))
    ) + (
        select count(*) from claim
        where status = 'approved' and period_from <= :last and kind not in ('purchase_wish', 'trip_wish')
    )
""")


def expected_in(unit: Unit, month: Month) -> int:
    """How many agreements, and placements without one, a month has: counted by the database, beside the computation."""
    return int(unit.session.scalar(_EXPECTED, {"first": month.first, "last": month.last}) or 0)
