"""Every mapped class says whose data its rows are, and of each column whether a person is told it."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, inspect

from deploy.cli.names import SERVICES as NAMES
from services.kernel.contracts.about import About, By, ByNumber, FreeText, Nobody, Official, Part, Told, Way, column_of
from services.kernel.contracts.about import untold as untold_of
from services.kernel.process.service import Service
from services.kernel.rows.people import Findable
from services.kernel.rows.tables import KernelBase, SealedJson
from services.kernel.work.personal_data import Classes
from tests.contract.house import SERVICES

#: columns that every row, or every changing row, has for the platform's own use
OF_THE_PLATFORM = {"tenant", "id", "version", "changed_at"}
#: sealed columns that are told whole and hold no text but what the form of it allows
NO_FREE_TEXT = {
    "investigation.home.details": "phone, address, position, years of birth: told to who lives there",
    "placement.home.position": "a position",
    "placement.home.postcode": "a postcode",
    "placement.home.contact": "phone and e-mail: told to who lives there",
    "placement.home_adult.reach": "phone and e-mail, and which is wanted",
    "kernel.nudge.address": "phone or e-mail",
    "placement.placement_request.place": "a position",
    "placement.approval.child_name": "the person's own name",
    "mentorship.home.position": "a position",
    "mentorship.home.phone": "a phone number",
    "mentorship.home.locality": "a part of the municipality",
}


LAST_DAYS = {"contact_by", "answer_by"}  #: by when something is to be done


#: keyed hashes by which nobody is told of a row, each with the reason
NOT_FOUND_BY = {"access_line.actor_lookup": "what somebody has read is the log's, which auditors read"}


def classes(base: Any) -> list[Any]:
    return sorted((mapper.class_ for mapper in base.registry.mappers), key=lambda one: str(one.__tablename__))


def base_of(service: str) -> Any:
    return importlib.import_module(f"services.{service}.model").Base


EVERY = [(name, one) for name in NAMES for one in classes(base_of(name))]
EVERY += [("kernel", one) for one in classes(KernelBase)]
each_class = pytest.mark.parametrize(("where", "row_type"), EVERY, ids=[f"{w}.{c.__tablename__}" for w, c in EVERY])


def columns(row_type: Any) -> dict[str, Any]:
    return {attribute.key: attribute.columns[0] for attribute in inspect(row_type).column_attrs if is_own(attribute)}


def is_own(attribute: Any) -> bool:
    """Whether it is a column of the table, and not computed."""
    return isinstance(attribute.columns[0], Column)


def told(row_type: Any) -> Iterator[tuple[Way, Told]]:
    if isinstance(row_type.about, About):
        yield from ((way, one) for way in row_type.about.ways for one in way.tells)


def unsaid(row_type: Any) -> list[str]:
    """What a class does not say."""
    belongs = getattr(row_type, "about", None)
    if isinstance(belongs, Nobody):
        return [] if belongs.why else ["why it is nobody's"]
    if not isinstance(belongs, About):
        return ["whose it is"]
    return sorted(untold_of(belongs, set(columns(row_type)) - OF_THE_PLATFORM))


@each_class
def test_every_class_says_whose_its_rows_are_and_of_each_column_whether_it_is_told(where: str, row_type: Any) -> None:
    assert unsaid(row_type) == [], where


@each_class
def test_what_is_told_and_what_is_left_out_is_there(where: str, row_type: Any) -> None:
    if isinstance(row_type.about, About):
        named = {column_of(one) for _, one in told(row_type)} | row_type.about.leaves_out.keys()
        assert named - set(columns(row_type)) == set(), where
        assert all(row_type.about.leaves_out.values())


@each_class
def test_a_row_that_is_found_by_a_number_is_the_persons(where: str, row_type: Any) -> None:
    """Whatever holds the keyed hash of a personal number is found by it."""
    hashes = {name for name in columns(row_type) if name == "lookup" or name.endswith("_lookup")}
    hashes = {name for name in hashes if f"{row_type.__tablename__}.{name}" not in NOT_FOUND_BY}
    if not hashes and not issubclass(row_type, Findable):
        return
    assert isinstance(row_type.about, About), where
    assert {way.column for way in row_type.about.ways if isinstance(way, ByNumber)} == hashes


@each_class
def test_what_others_wrote_is_told_as_free_text(where: str, row_type: Any) -> None:
    """What is sealed is told as free text, in part, or stands on the list; of an identity (`person`) all is the
    person's own."""
    for _, one in told(row_type):
        name = column_of(one)
        is_sealed = isinstance(columns(row_type)[name].type, SealedJson) and name != "person"
        if is_sealed and f"{where}.{row_type.__tablename__}.{name}" not in NO_FREE_TEXT:
            assert isinstance(one, FreeText | Part), name


@each_class
def test_who_did_something_is_told_as_an_official(where: str, row_type: Any) -> None:
    for _, one in told(row_type):
        name = column_of(one)
        if name == "by" or (name.endswith("_by") and name not in LAST_DAYS):
            assert isinstance(one, Official), name


@pytest.mark.parametrize("name", NAMES)
class TestWays:
    def test_a_way_leads_over_rows_of_the_service_that_are_about_people(self, name: str) -> None:
        known = {one.__tablename__: one for one in classes(base_of(name))}
        for one in known.values():
            for way in one.about.ways if isinstance(one.about, About) else ():
                assert way.column in columns(one), one
                if isinstance(way, By):
                    assert isinstance(known[way.of].about, About), way
                    assert {way.at, *([way.unless] if way.unless else [])} <= set(columns(known[way.of]))

    def test_every_way_ends_at_a_number(self, name: str) -> None:
        """Otherwise the question could not be written."""
        service: type[Service] = SERVICES[name]
        assert service.tables is base_of(name)
        for kind in Classes(service.tables).kinds():
            assert "lookup" in str(kind.of(b"x"))


class TestTheTestItself:
    class Silent:
        """Says nothing."""

    def test_a_class_that_says_nothing_would_be_seen(self) -> None:
        assert unsaid(self.Silent) == ["whose it is"]

    def test_a_column_that_is_not_spoken_of_would_be_seen(self) -> None:
        belongs = About((ByNumber(tells=("one", FreeText("two"))),), leaves_out={"three": "why"})
        assert untold_of(belongs, {"lookup", "one", "two", "three", "four"}) == {"four"}

    def test_nothing_is_left_on_the_list_that_is_gone(self) -> None:
        known = {f"{where}.{one.__tablename__}.{name}" for where, one in EVERY for name in columns(one)}
        assert NO_FREE_TEXT.keys() - known == set()
