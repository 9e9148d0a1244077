"""Setting where postcodes have their middle, and who has done so."""

from collections.abc import Mapping

import sqlalchemy
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.kernel.basics.geo import Place
from services.kernel.basics.ids import new_id
from services.kernel.contracts.files import SentFile
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer
from services.placement.model import Postcode, PostcodeChange, PostcodeTable
from services.placement.postcodes.file import postcodes

_ID = "postcodes"
_SHOWN = 20  #: changes of the history
_INSERT = sqlalchemy.text(
    "insert into postcode (id, latitude, longitude) "
    "select * from unnest(cast(:ids as text[]), cast(:latitudes as float8[]), cast(:longitudes as float8[]))"
)


def get_postcodes(unit: Unit) -> Answer:
    """How many there are, and who has set them."""
    kept = unit.session.scalars(select(PostcodeTable)).one_or_none()
    return _answer(unit, kept or PostcodeTable(id=_ID, version=0))


def set_postcodes(unit: Unit, file: SentFile) -> Answer:
    """Takes over a file in whole. It is not kept: nothing refers to it, and it is swept."""
    kept = _locked(unit)
    unit.match(kept)
    found = postcodes(unit.shelf.read(file), file.charset)
    _replace(unit, found)
    unit.add(PostcodeChange(id=new_id(), postcodes=len(found), by=unit.actor, at=unit.now))
    kept.touch(unit.now)
    unit.session.flush()
    return _answer(unit, kept)


def _locked(unit: Unit) -> PostcodeTable:
    """The row that says that there are any, made where none was. Of two that make it the second waits and finds it."""
    made = insert(PostcodeTable).values(id=_ID, version=0, changed_at=unit.now)
    unit.session.execute(made.on_conflict_do_nothing())
    return unit.lock(PostcodeTable, _ID)


def _replace(unit: Unit, found: Mapping[str, Place]) -> None:
    unit.session.execute(delete(Postcode))
    places = found.values()
    given = {
        "ids": list(found),
        "latitudes": [place.latitude for place in places],
        "longitudes": [place.longitude for place in places],
    }
    unit.session.execute(_INSERT, given)


def _answer(unit: Unit, kept: PostcodeTable) -> Answer:
    latest = select(PostcodeChange).order_by(PostcodeChange.at.desc(), PostcodeChange.id.desc()).limit(_SHOWN)
    history = unit.session.scalars(latest).all()
    number = history[0].postcodes if history else 0
    return Answer({"postcodes": number, "history": history}, version_of=kept)
