"""Every operation says whose data its answer shows, so that the log of access has no gap."""

from collections.abc import Iterator

import pytest
from marshmallow import fields

from services.kernel.contracts import Operation, Schema
from services.kernel.contracts.access import READ, Subject, subjects
from tests.contract.house import below, declarations


def unsaid(operation: Operation) -> Iterator[str]:
    """What an operation does not say, or says of what is not there."""
    if operation.tenantless:
        return
    if operation.gives_file and not operation.shows:
        yield f"{operation.name}: whose the file is"
    if not any("shows" in vars(one) for one in operation.answer.__mro__ if one is not Schema):
        yield f"{operation.name}: whose data {operation.answer.__name__} shows"
    known = {path.replace("/*/", ".").replace("/", "."): field for path, field in below(operation.answer())}
    kinds = [kind.removeprefix(READ) for kind in operation.answer.shows if kind.startswith(READ)]
    for way in (*operation.answer.shows.values(), *kinds):
        is_open = isinstance(known.get(way.rpartition(".")[0]), fields.Dict)  # of an event, whose data have many forms
        if not isinstance(known.get(way), fields.String) and not is_open:
            yield f"{operation.name}: there is no id at {way}"
    for name in operation.shows.values():
        if f"<{name}>" not in operation.route:
            yield f"{operation.name}: the path names no {name}"


@pytest.mark.parametrize("operation", declarations(), ids=lambda operation: operation.name)
def test_every_operation_says_whose_data_it_shows(operation: Operation) -> None:
    assert list(unsaid(operation)) == []


@pytest.mark.parametrize("operation", declarations(), ids=lambda operation: operation.name)
def test_what_shows_somebody_by_name_or_number_is_somebodys(operation: Operation) -> None:
    """A person's name or number, a phone or an address in an answer is a person's data."""
    personal = {"given_name", "family_name", "personal_number", "phone", "email", "address", "child_name"}
    shown = {path.rpartition("/")[2] for path, _ in below(operation.answer())} & personal
    assert operation.answer.__name__ in OWN or not shown or operation.shows_somebody or operation.tenantless, shown


#: Answers with a phone or an address that are nobody's, with the reason.
OWN = {"ProfileView": "the municipality's own"}


class Silent(Schema):
    """Says nothing."""

    id = fields.String()


class Wrong(Schema):
    """Says what is not there."""

    id = fields.String()
    adults = fields.List(fields.Nested(Silent))

    shows = {"thing": "nowhere", "adult": "adults.id"}


def an_operation(answer: type[Schema], **more: object) -> Operation:
    declared = {"name": "look", "route": "GET /things/<thing_id>", "en": "", "sv": "", "roles": frozenset()}
    return Operation(**{**declared, "answer": answer, **more})  # type: ignore[arg-type]


class TestTheCheckItself:
    def test_it_sees_what_is_not_said(self) -> None:
        assert list(unsaid(an_operation(Silent))) == ["look: whose data Silent shows"]
        assert list(unsaid(an_operation(Wrong))) == ["look: there is no id at nowhere"]
        assert list(unsaid(an_operation(Wrong, shows={"thing": "id"}))) == [
            "look: there is no id at nowhere",
            "look: the path names no id",
        ]


class TestSubjects:
    def test_they_are_those_of_the_path_and_of_every_part_of_the_answer_each_once(self) -> None:
        body = {"nowhere": None, "adults": [{"id": "a"}, {"id": "b"}, {"id": "a"}]}
        assert subjects(an_operation(Wrong, shows={"thing": "thing_id"}), {"thing_id": "t"}, body) == [
            Subject("thing", "t"),
            Subject("adult", "a"),
            Subject("adult", "b"),
        ]

    def test_a_kind_may_stand_in_the_answer_beside_the_id(self) -> None:
        class Found(Schema):
            """Things of several kinds."""

            shows = {"=items.kind": "items.id"}

        body = {"items": [{"kind": "home", "id": "1"}, {"kind": "application", "id": "1"}, {"kind": "x", "id": None}]}
        assert subjects(an_operation(Found), {}, body) == [Subject("home", "1"), Subject("application", "1")]

    def test_of_a_list_they_are_those_of_its_items(self) -> None:
        body = {"items": [{"nowhere": "1", "adults": []}, {"nowhere": "2", "adults": [{"id": "c"}]}]}
        assert subjects(an_operation(Wrong, paged=True), {}, body) == [
            Subject("thing", "1"),
            Subject("thing", "2"),
            Subject("adult", "c"),
        ]
