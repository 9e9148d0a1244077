"""A service that exists only here: what the kernel is proved with, so that no business word is needed for it.

Run as a process of its own by `run_probe`; what an operation or a reaction shall do is said in its body or event.
"""

import sys
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

from marshmallow import fields, validate
from sqlalchemy import ForeignKeyConstraint, Text, UniqueConstraint, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.kernel.basics.ids import new_id
from services.kernel.contracts import After, Event, EventData, Operation, Page, Schema, Setting
from services.kernel.contracts.about import Nobody
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.faults import TooEarly
from services.kernel.contracts.fields import Sealed
from services.kernel.contracts.keep import Platform, With
from services.kernel.process.service import Service
from services.kernel.rows.listing import Listing
from services.kernel.rows.tables import TYPES, SealedJson, Tenanted, Versioned, new_metadata
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, followed, paged
from services.kernel.work.reactions import each, newest
from services.kernel.work.retelling import Happened, from_rows
from services.vocabulary import staff

ANNA = "189001019802"  #: a personal number of Skatteverket's test series

TABLES = """
create table thing (
    tenant text not null default current_tenant(),
    id text not null,
    name text not null,
    size integer not null default 1,
    secret bytea,
    marks jsonb,
    colours text[] not null default '{}',
    version bigint not null,
    changed_at timestamptz not null,
    constraint pk_thing primary key (tenant, id),
    constraint uq_thing_tenant_name unique (tenant, name)
);
create table part (
    tenant text not null default current_tenant(),
    id text not null,
    thing_id text not null,
    constraint pk_part primary key (tenant, id),
    constraint fk_part_thing foreign key (tenant, thing_id) references thing
);
"""


class Base(DeclarativeBase):
    """The probe's tables."""

    metadata = new_metadata()
    type_annotation_map = TYPES


class Thing(Versioned, Base):
    """Something with a name and a secret."""

    __tablename__ = "thing"
    keep = Platform("as long as the test")
    about = Nobody("a thing")
    __table_args__ = (UniqueConstraint("tenant", "name"),)

    name: Mapped[str]
    size: Mapped[int] = mapped_column(default=1)
    secret: Mapped[Any] = mapped_column(SealedJson("thing.secret"), nullable=True)
    marks: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    colours: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")


class Part(Tenanted, Base):
    """A part of a thing."""

    __tablename__ = "part"
    __table_args__ = (ForeignKeyConstraint(["tenant", "thing_id"], ["thing.tenant", "thing.id"]),)

    keep = With("thing", "thing_id")
    about = Nobody("a part of a thing")

    thing_id: Mapped[str]


class ThingMade(EventData):
    """A thing was made."""

    thing_id = fields.String(required=True)
    name = fields.String(required=True)
    secret = Sealed(fields.String(), required=True)


class ThingSized(EventData):
    """A thing has this size from now on."""

    thing_id = fields.String(required=True)
    size = fields.Integer(required=True)


THING_MADE = Event(
    source="probe", name="thing_made", version=1, subject="thing_id", concerns={"thing_id": "thing"}, data=ThingMade
)
THING_GREW = Event(source="probe", name="thing_grew", version=1, subject="thing_id", states="size", data=ThingSized)
THING_SHRANK = Event(source="probe", name="thing_shrank", version=1, subject="thing_id", states="size", data=ThingSized)
PROBES = frozenset({"prober"})


class Price(StrEnum):
    """What a thing costs."""

    LOW = "low"
    HIGH = "high"


PATIENCE = Setting(
    name="patience",
    kind=int,
    default=7,
    least=1,
    most=30,
    unit="days",
    en="How long one waits for a thing.",
    sv="Hur länge man väntar på en sak.",
)
PRICE = Setting(
    name="price",
    kind=Price,
    default=Price.LOW,
    en="What a thing costs.",
    sv="Vad en sak kostar.",
    needs_second_person=True,
)


class MakeThing(Schema):
    """A thing to make."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    secret = fields.String(load_default=ANNA)


class Named(Schema):
    """Which thing."""

    name = fields.String()


class ThingView(Schema):
    """A thing."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True)

    shows = {"thing": "id"}


MAKE_THING = Operation(
    name="make_thing",
    route="POST /things",
    en="Make a thing.",
    sv="Gör en sak.",
    roles=PROBES,
    body=MakeThing,
    answer=ThingView,
)
GROW_THING = Operation(
    name="grow_thing",
    route="POST /things/<thing_id>/grow",
    en="Make it larger.",
    sv="Gör den större.",
    roles=PROBES,
    conditional=True,
    answer=ThingView,
)
GET_THING = Operation(
    name="get_thing",
    route="GET /things/<thing_id>",
    en="One thing.",
    sv="En sak.",
    roles=PROBES,
    answer=ThingView,
    reads=True,
)
FOLLOW_THINGS = Operation(
    name="follow_things",
    route="GET /thing-changes",
    en="All things as they change.",
    sv="Alla saker när de ändras.",
    roles=PROBES,
    query=Named,
    answer=ThingView,
    reads=True,
    followed=True,
)
LIST_THINGS = Operation(
    name="list_things",
    route="GET /things",
    en="All things.",
    sv="Alla saker.",
    roles=PROBES,
    query=Named,
    answer=ThingView,
    reads=True,
    paged=True,
)


def a_thing(unit: Unit, name: str, secret: object = ANNA) -> Thing:
    """A thing as it is made; not written yet."""
    return Thing(id=new_id(), name=name, size=1, secret=secret, changed_at=unit.now)


def make_thing(unit: Unit, body: dict[str, Any]) -> Answer:
    thing = a_thing(unit, body["name"], body["secret"])
    unit.add_at_commit(thing)
    unit.record(THING_MADE, subject=thing, data={"thing_id": thing.id, **body})
    return Answer(thing)


def grow_thing(unit: Unit, thing_id: str) -> Answer:
    thing = unit.lock_matching(Thing, thing_id)
    thing.size += 1
    thing.touch(unit.now)
    return Answer(thing)


def get_thing(unit: Unit, thing_id: str) -> Answer:
    thing = unit.read(Thing, thing_id)
    return Answer(thing)


_THINGS = Listing(select(Thing.id, Thing.name, Thing.size), order=(Thing.name,), name=Thing.name == bindparam("name"))


def list_things(unit: Unit, query: dict[str, Any], page: Page) -> Answer:
    return paged(*unit.list(_THINGS, page, query))


_BY_CHANGE = Listing(
    select(Thing.id, Thing.name, Thing.size, Thing.changed_at),
    order=(Thing.changed_at, Thing.id),
    name=Thing.name == bindparam("name"),
)


def follow_things(unit: Unit, query: dict[str, Any], after: After) -> Answer:
    return followed(*unit.follow(_BY_CHANGE, after, query))


@each
def on_thing_made(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps a copy; fails as its name says, until a thing named `mended` is there."""
    mended = unit.session.scalar(select(Thing.id).where(Thing.name == "mended"))
    if data["name"].startswith("fails") and mended is None:
        raise ValueError(f"{data['secret']} must not be seen")
    if data["name"].startswith("early") and mended is None:
        raise TooEarly(data["secret"])
    unit.add(a_thing(unit, f"copy of {data['name']}", data["secret"]))


MAKE_LATER = Duty(name="make_later")
COUNT = Duty(name="count", each_night_at=2)


def make_later(unit: Unit, subject: str) -> None:
    """Makes a thing of that name; fails as the name says, until a thing named `mended` is there."""
    mended = unit.session.scalar(select(Thing.id).where(Thing.name == "mended"))
    unit.add(a_thing(unit, f"{subject} later"))
    unit.session.flush()
    if subject.startswith("fails") and mended is None:
        raise ValueError(f"{ANNA} must not be seen")


def count(unit: Unit, _subject: str) -> None:
    """Makes a thing that says which night it was; fails while a thing named `sleepless` is there."""
    if unit.session.scalar(select(Thing.id).where(Thing.name == "sleepless")) is not None:
        raise ValueError("not tonight")
    unit.add(a_thing(unit, f"night of {unit.today}"))


@newest
def on_thing_grew(unit: Unit, data: dict[str, Any]) -> None:
    """Keeps the size of a thing."""
    copy, is_new = unit.ensure(Thing, f"size of {data['thing_id']}")
    if is_new:
        copy.name, copy.changed_at = copy.id, unit.now
    copy.size = data["size"]


on_thing_shrank = on_thing_grew


def made(name: str) -> dict[str, str]:
    """The data of `thing_made` about a thing that is nowhere."""
    return {"thing_id": new_id(), "name": name, "secret": ANNA}


@from_rows(Thing, where=Thing.name.not_like("unspoken%"))
def thing_made(_unit: Unit, things: Sequence[Thing]) -> Happened:
    """Each thing."""
    return [(thing, {"thing_id": thing.id, "name": thing.name, "secret": thing.secret}) for thing in things]


HIDDEN = 100  #: the size from which on a thing is protected


def thing(unit: Unit, ids: Collection[str]) -> Collection[str]:
    """Those of the things that are not protected."""
    return set(unit.session.scalars(select(Thing.id).where(Thing.id.in_(ids), Thing.size < HIDDEN)))


LIST_STAFF = staff.LIST_STAFF  # whose function the kernel has


class Probe(Service):
    """The probe: a real service in everything but its purpose."""

    name = "probe"
    contract = sys.modules[__name__]
    rooms = (sys.modules[__name__],)
    settings = sys.modules[__name__]
    retelling = sys.modules[__name__]
    protection = sys.modules[__name__]
    tables = Base
    reacts_to = (THING_MADE, THING_GREW, THING_SHRANK)
