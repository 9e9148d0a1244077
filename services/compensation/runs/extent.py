"""How far a run reaches: the homes that it has to do with, and how many agreements and claims are expected of it."""

from collections.abc import Collection, Sequence

from sqlalchemy import text

from services.kernel.basics.days import Month
from services.kernel.rows.unit import Unit

#: The homes that a run has to do with, in their order, from one on: those with an agreement or a placement in the
#: month, with a claim, with what is recovered, with what has changed (`_NOTED`), and with lines that may have to go.
_HOMES = text("""
    select home_id from (
        select home_id from agreement where starts_on <= :last and (ends_on is null or ends_on >= :first)
        union select home_id from placement where starts_on <= :last and (ends_on is null or ends_on >= :first)
        union select unnest(cast(:changed as text[])) as home_id
        union select home_id from agreement where :everywhere
        union select home_id from claim where :everywhere
        union select home_id from claim where status = 'approved' and period_from <= :last
        union select home_id from recovery where status = 'decided'
        union select home_id from pay_run_line where pay_run_id = :run_id
    ) found where home_id > :after order by home_id limit :most
""")


def homes_after(unit: Unit, run_id: str, month: Month, after: str | None, most: int) -> list[str]:
    """The next homes of a run, so many at most."""
    noted = set(unit.session.scalars(_NOTED))
    changed = {one for one in noted if one is not None}
    given = {
        "first": month.first,
        "last": month.last,
        "run_id": run_id,
        "changed": sorted(changed | _with_the_same_people(unit, changed)),
        "everywhere": None in noted,
        "after": after or "",
        "most": most,
    }
    return list(unit.session.scalars(_HOMES, given))


def changed_among(unit: Unit, homes: Sequence[str]) -> set[str]:
    """Of some homes those for which approved months are looked at again: with a home also those where the same person
    has lived, for a day of moving is paid in one of them."""
    near = _with_the_same_people(unit, homes)
    noted = set(unit.session.scalars(_NOTED_AMONG, {"ids": sorted({*homes, *near})}))
    if None in noted:
        return set(homes)
    return set(homes) & (noted | _with_the_same_people(unit, noted))


# One table at a time: a join of two that both grow may be planned as if they were empty, each row with each.
_NOTED = text("select distinct home_id from pay_change")
_NOTED_AMONG = text("select distinct home_id from pay_change where home_id = any(:ids) or home_id is null")
_PEOPLE = text("select distinct person_key from placement where home_id = any(:ids) and person_key is not null")
_THEIR_HOMES = text("select distinct home_id from placement where person_key = any(:ids)")


def _with_the_same_people(unit: Unit, homes: Collection[str]) -> set[str]:
    """Where those live or lived who live or lived in some homes; these homes among them, when anybody did."""
    people = list(unit.session.scalars(_PEOPLE, {"ids": sorted(homes)})) if homes else []
    return set(unit.session.scalars(_THEIR_HOMES, {"ids": people})) if people else set()


_EXPECTED = text("""
    select (
        select count(*) from agreement
        where starts_on <= :last and (ends_on is null or (ends_on >= :first and ends_on >= starts_on))
        -- but for what was agreed of somebody for whom the contract pays
        and not (kind = 'placement' and placement_id in (
            select id from placement where assignment = 'contracted_emergency_home'
        ))
    ) + (
        select count(*) from placement p
        where p.starts_on <= :last and (p.ends_on is null or (p.ends_on >= :first and p.ends_on >= p.starts_on))
        and p.id not in (select placement_id from agreement where kind = 'placement' and placement_id is not null)
        and p.assignment <> 'contracted_emergency_home'
    ) + (
        -- in a contracted home with a day that no contract covers; a home's rows stand beside each other, unjoined
        select count(*) from (
            select placement_id, lived, range_agg(contracted) over (partition by home_id) as covered from (
                select home_id, id as placement_id, null::daterange as contracted,
                    daterange(greatest(starts_on, :first), least(ends_on, :last), '[]') as lived
                from placement p where assignment = 'contracted_emergency_home'
                and starts_on <= :last and (ends_on is null or (ends_on >= :first and ends_on >= starts_on))
                union all
                select home_id, null, daterange(starts_on, ends_on, '[]'), null
                from agreement where kind = 'contracted_emergency_home' and starts_on <= :last
                and (ends_on is null or (ends_on >= :first and ends_on >= starts_on))
            ) rows
        ) homes where placement_id is not null and not coalesce(lived <@ covered, false)
    ) + (
        select count(*) from claim
        where status = 'approved' and period_from <= :last and kind not in ('purchase_wish', 'trip_wish')
    )
""")


def expected_in(unit: Unit, month: Month) -> int:
    """How many agreements, and placements without one, a month has: counted by the database, beside the computation."""
    return int(unit.session.scalar(_EXPECTED, {"first": month.first, "last": month.last}) or 0)
