"""What a form hides of a protected identity, and from whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from services.kernel.contracts import Hides, Schema, fields, hiding
from services.kernel.contracts.schema import dump
from services.kernel.messages.context import Context

NOT_SHOWN = {"id": "1", "name": None, "people": [{"id": "a", "name": None}, {"id": "b", "name": None}], "by": "bo"}
WHOLE = {"id": "1", "name": "Anna", "people": [{"id": "a", "name": "Kim"}, {"id": "b", "name": "Bo"}], "by": "bo"}


class PersonView(Schema):
    """A person."""

    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)


class View(Schema):
    """A home with people."""

    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    people = fields.List(fields.Nested(PersonView), required=True)
    by = fields.Staff(required=True)
    nobody = fields.Nested(PersonView, allow_none=True)

    hides = (Hides("is_protected", ("name", "people.name", "nobody.name"), home="home_id"),)


@dataclass(frozen=True)
class Seen:
    """Whoever looks."""

    sees_protected: bool = False
    actor: str = "karin"
    homes_known: tuple[str, ...] = ()
    protected_staff: tuple[str, ...] = ()


@contextmanager
def seen_by(viewer: Seen) -> Iterator[None]:
    token = hiding.viewer.set(viewer)
    try:
        yield
    finally:
        hiding.viewer.reset(token)


def shown(viewer: Seen, *, is_protected: bool = True, **values: Any) -> dict[str, Any]:
    with seen_by(viewer):
        return dump(View, {**WHOLE, "is_protected": is_protected, "home_id": "home-1", **values})


class TestHides:
    def test_of_a_protected_identity_what_is_declared_is_null(self) -> None:
        assert shown(Seen()) == NOT_SHOWN

    def test_of_everybody_else_nothing_is(self) -> None:
        assert shown(Seen(), is_protected=False) == WHOLE

    def test_whoever_has_the_right_is_shown_it(self) -> None:
        assert shown(Seen(sees_protected=True)) == WHOLE

    def test_a_home_sees_its_own_and_no_other(self) -> None:
        assert shown(Seen(homes_known=("home-0", "home-1"))) == WHOLE
        assert shown(Seen(homes_known=("home-2",))) == NOT_SHOWN

    def test_what_is_not_there_is_not_looked_into(self) -> None:
        assert shown(Seen(), nobody=None) == {**NOT_SHOWN, "nobody": None}

    def test_where_nobody_asks_nothing_is_shown(self) -> None:
        assert dump(View, {**WHOLE, "is_protected": True, "home_id": "home-1"}) == NOT_SHOWN

    def test_a_row_that_does_not_say_whether_it_is_protected_is_not_shown_at_all(self) -> None:
        with pytest.raises(KeyError):
            dump(View, WHOLE)


class TestStaff:
    def test_of_protected_staff_it_is_not_said_who_it_was(self) -> None:
        assert shown(Seen(protected_staff=("bo",)), is_protected=False)["by"] is None
        assert shown(Seen(protected_staff=("eva",)), is_protected=False)["by"] == "bo"

    def test_but_to_themselves_and_to_who_has_the_right(self) -> None:
        assert shown(Seen(protected_staff=("bo",), actor="bo"), is_protected=False)["by"] == "bo"
        assert shown(Seen(protected_staff=("bo",), sees_protected=True), is_protected=False)["by"] == "bo"

    def test_nobody_is_nobody(self) -> None:
        assert shown(Seen(protected_staff=("bo",)), is_protected=False, by=None)["by"] is None


@pytest.mark.parametrize(
    ("roles", "reason", "sees"),
    [
        (("caseworker", "protected"), "A threat was reported.", True),
        (("caseworker", "protected"), None, False),
        (("caseworker",), "A threat was reported.", False),
    ],
)
def test_the_right_is_the_role_and_a_reason(roles: tuple[str, ...], reason: str | None, sees: bool) -> None:
    context = Context(tenant="orebro", actor="karin", roles=roles, request_id="", deadline=0, reason=reason)
    assert context.sees_protected == sees
