"""Weeding a file: the row and whatever goes with it, as the classes' `keep` says, and what is remembered of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm.attributes import set_committed_value

from services.kernel.contracts.keep import With
from services.kernel.rows.retention import Weeded
from services.kernel.rows.tables import Tenanted, Versioned
from services.kernel.rows.unit import Unit

Tree = Mapping[type[Tenanted], Sequence[str]]  #: the ids of a file's rows, its own first


def classes_of(row_type: Any) -> list[type[Tenanted]]:
    """Every mapped class of the service, or of the kernel, to which this one belongs."""
    return [mapper.class_ for mapper in row_type.registry.mappers]


def parts_of(row_type: Any) -> Iterator[tuple[Any, str]]:
    """The classes whose rows go with those of this one, and the attribute that says with which."""
    for one in classes_of(row_type):
        if isinstance(one.keep, With) and one.keep.parent == row_type.__tablename__:
            yield one, one.keep.by


def tree_of(unit: Unit, row: Tenanted) -> Tree:
    """The file that begins with a row. What can be changed by itself in it is kept from others until the unit ends."""
    found: dict[type[Tenanted], Sequence[str]] = {type(row): [row.id]}
    waiting: list[type[Tenanted]] = [type(row)]
    while waiting:
        above = waiting.pop(0)
        for part, by in parts_of(above):
            ids = select(part.id).where(getattr(part, by).in_(found[above])).order_by(part.id)
            rows = unit.session.scalars(ids.with_for_update() if issubclass(part, Versioned) else ids).all()
            if rows:
                found[part] = rows
                waiting.append(part)
    return found


def weed(unit: Unit, tree: Tree, gone_with: Iterable[str]) -> dict[str, int]:
    """Deletes a file, with the keys of what lies in the store; how many rows of each table. What is left of it is that
    the things of these ids are gone."""
    unit.session.flush()
    tables: dict[Any, Sequence[str]] = {one.__table__: ids for one, ids in tree.items()}  # type: ignore[attr-defined]
    (some, *_) = tables
    for table in reversed(some.metadata.sorted_tables):
        if table in tables:
            unit.session.execute(sqlalchemy.delete(table).where(table.c.id.in_(tables[table])))
    ids = [*gone_with, *(one for ids in tree.values() for one in ids)]
    remember(unit, dict.fromkeys(ids, 0))
    unit.session.execute(_NO_DUTY, {"ids": ids})
    return {table.name: len(ids) for table, ids in tables.items()}


def remember(unit: Unit, versions: Mapping[str, int]) -> None:
    """The things of these ids are gone: what was seen of them is forgotten once no event about them can come any more.
    Of one of the service's own, the last version that was told."""
    rows = [{"id": one, "version": version, "at": unit.now} for one, version in versions.items()]
    if rows:
        made = postgresql.insert(Weeded).values(rows)
        newest = sqlalchemy.func.greatest(Weeded.version, made.excluded.version)
        kept = made.on_conflict_do_update(
            index_elements=["tenant", "id"], set_={"at": made.excluded.at, "version": newest}
        )
        unit.session.execute(kept)


def ids_in(data: Mapping[str, Any]) -> list[str]:
    """Every id that the data of an event names: of what has gone with a file elsewhere."""
    found = [value for name, value in data.items() if name.endswith("_id")]
    return found + [one for name, value in data.items() if name.endswith("_ids") for one in value]


def last_version(unit: Unit, row_id: str) -> int:
    """The last version that was told of a thing that is gone: one that comes again under its id goes on from there."""
    return unit.session.scalar(select(Weeded.version).where(Weeded.id == row_id)) or 0


def go_on(unit: Unit, row: Versioned) -> None:
    """A new row goes on from the last version that was told of one that had its id, so that readers take what comes."""
    with unit.session.no_autoflush:  # the row is written once, with all that is still to be filled in
        version = last_version(unit, row.id)
    if version:
        unit.session.flush()
        table = type(row).__table__  # type: ignore[attr-defined]
        unit.session.execute(sqlalchemy.update(table).where(table.c.id == row.id).values(version=version + 1))
        set_committed_value(row, "version", version + 1)


#: Duties are named by the id of what they are about, perhaps with something after it.
_NO_DUTY = sqlalchemy.text("delete from duty where split_part(subject, ' ', 1) = any(:ids)")
