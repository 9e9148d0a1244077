"""What a contract reads and writes, and what it refuses."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import marshmallow
import pytest
from marshmallow import fields

from services.kernel.basics.log import described
from services.kernel.contracts import EventData, Operation, Page, Schema, schema
from services.kernel.contracts import fields as ours
from services.kernel.contracts.faults import InvalidInput, MissingRole, NotFound
from services.kernel.contracts.fields import Instant, PersonalNumber, Sealed
from services.kernel.secrecy import crypto


class Child(Schema):
    """A child."""

    name = fields.String(required=True)
    born = fields.Date()


class Family(Schema):
    """A family."""

    children = fields.List(fields.Nested(Child))
    nicknames = fields.Dict(keys=fields.String(), values=fields.String())


class Filter(Schema):
    """A filter."""

    large = fields.Boolean()


MAKE = Operation(
    name="make_family",
    route="POST /things",
    en="Make.",
    sv="Gör.",
    roles=frozenset({"maker", "chief"}),
    body=Family,
    answer=Family,
)
LIST = Operation(
    name="list_families",
    route="POST /things",
    en="List.",
    sv="Lista.",
    roles=frozenset(),
    query=Filter,
    answer=Family,
    reads=True,
    paged=True,
)


def read(text: Any) -> str:
    return str(PersonalNumber().deserialize(text))


class TestPersonalNumber:
    # Check digits by Luhn's rule: every second digit of yymmddnnn, from the first, is doubled; digits are added up.
    @pytest.mark.parametrize(
        "right",
        [
            "189001019802",  # 900101980: 9 (18), 0, 0, 1, 0, 1, 9 (18), 8, 0 = 28, so 2
            "201701012393",  # Skatteverket's example
            "197010632391",  # Skatteverket's coordination number: born on the 3rd, 3 + 60 = 63
            "200002299808",  # 000229980: 0, 0, 0, 2, 4, 9, 9 (18), 8, 0 = 32, so 8; a leap year
        ],
    )
    def test_twelve_digits_with_a_right_check_digit_are_read(self, right: str) -> None:
        assert read(right) == right

    def test_a_hyphen_before_the_last_four_is_left_out(self) -> None:
        assert read("18900101-9802") == "189001019802"

    @pytest.mark.parametrize(
        ("wrong", "why"),
        [
            ("189001019803", "check digit"),
            ("9001019802", "ten digits"),
            ("900101-9802", "ten digits with a hyphen"),
            ("189013019806", "no thirteenth month"),
            ("190002299808", "1900 was no leap year"),
            ("189001009803", "no day 0"),
            ("189001609809", "coordination number of day 0"),
            ("1-8-9-0-01019802", "hyphens elsewhere"),
            ("18900101--9802", "two hyphens"),
            ("189001019802\n", "a line end"),
            ("١٨٩٠٠١٠١٩٨٠٢", "digits of another script"),
            ("", "nothing"),
            (189001019802, "a number"),
            (["189001019802"], "a list"),
        ],
    )
    def test_anything_else_is_refused_without_being_repeated(self, wrong: Any, why: str) -> None:
        with pytest.raises(marshmallow.ValidationError) as refused:
            read(wrong)
        assert not wrong or str(wrong) not in str(refused.value), why

    def test_the_day_of_birth_of_a_coordination_number_is_sixty_less(self) -> None:
        assert ours.birth_date("197010632391") == date(1970, 10, 3)
        assert ours.birth_date("189001019802") == date(1890, 1, 1)


class TestInstant:
    def test_it_is_written_in_utc_with_a_z(self) -> None:
        summer = datetime(2026, 7, 1, 10, tzinfo=timezone(timedelta(hours=2)))
        assert Instant()._serialize(summer, None, None) == "2026-07-01T08:00:00Z"
        assert Instant()._serialize(None, None, None) is None

    def test_without_a_zone_it_is_refused(self) -> None:
        with pytest.raises(marshmallow.ValidationError):
            Instant().deserialize("2026-07-01T10:00:00")

    @pytest.mark.parametrize("text", ["1960-01-01T00:00:00Z", "2199-12-31T23:59:59.999999-12:00"])
    def test_one_of_the_years_of_which_days_may_be_is_taken(self, text: str) -> None:
        assert Instant().deserialize(text) == datetime.fromisoformat(text)

    @pytest.mark.parametrize(
        "text",
        ["0001-01-01T00:00:00+14:00", "1959-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"],
    )
    def test_one_that_may_be_none_in_utc_or_in_sweden_is_refused(self, text: str) -> None:
        with pytest.raises(marshmallow.ValidationError):
            Instant().deserialize(text)


class TestDay:
    @pytest.mark.parametrize("text", ["1960-01-01", "2026-02-28", "2199-12-31"])
    def test_a_day_from_which_terms_are_counted_is_taken(self, text: str) -> None:
        assert ours.Day().deserialize(text) == date.fromisoformat(text)

    @pytest.mark.parametrize("text", ["0484-06-16", "1959-12-31", "2200-01-01", "9999-12-31"])
    def test_a_day_about_which_no_holiday_may_be_known_is_refused(self, text: str) -> None:
        with pytest.raises(marshmallow.ValidationError):
            ours.Day().deserialize(text)

    def test_somebody_may_have_been_born_before(self) -> None:
        assert ours.Day(of_birth=True).deserialize("1890-01-01") == date(1890, 1, 1)


class TestPointers:
    def test_they_lead_to_each_problem(self) -> None:
        with pytest.raises(InvalidInput) as refused:
            schema.load(Family, {"children": [{"name": "Bo"}, {"born": "soon"}], "pets": 3})
        found = {problem["pointer"] for problem in refused.value.errors}
        assert found == {"/children/1/name", "/children/1/born", "/pets"}

    def test_they_escape_as_rfc_6901_says(self) -> None:
        (problem,) = schema.pointers({"a/b~c": ["Unknown field."]})
        assert (problem["pointer"], problem["detail"]) == ("/a~1b~0c", "Unknown field.")

    def test_a_tilde_and_one_in_a_name_is_not_a_slash(self) -> None:
        (problem,) = schema.pointers({"a~1b": ["Unknown field."]})
        assert problem["pointer"] == "/a~01b"

    def test_the_whole_body_is_the_empty_pointer(self) -> None:
        with pytest.raises(InvalidInput) as refused:
            schema.load(Family, [1])
        assert [problem["pointer"] for problem in refused.value.errors] == [""]

    def test_what_was_sent_is_not_repeated(self) -> None:
        with pytest.raises(InvalidInput) as refused:
            schema.load(Family, {"children": [{"name": ["189001019802"]}]})
        assert "189001019802" not in str(refused.value.as_dict())


class TestSize:
    """A small request gets no large answer."""

    @pytest.mark.parametrize(
        "body",
        [
            {"a" * 100_000: ["\x00"] * 3000},
            {"nicknames": {"a" * 100_000: 1, **{f"b{number}": 1 for number in range(3000)}}},
            {"children": [{"name": 1}] * 3000},
            {f"unknown {number}": 1 for number in range(3000)},
        ],
        ids=["no text", "a long name", "many wrong", "many unknown"],
    )
    def test_of_many_problems_some_are_named(self, body: dict[str, Any]) -> None:
        with pytest.raises(InvalidInput) as refused:
            schema.load(Family, body)
        assert 1 <= len(refused.value.errors) <= 50
        assert max(len(problem["pointer"]) for problem in refused.value.errors) <= 500

    def test_however_deep_it_is_it_is_wrong_input(self) -> None:
        deep: list[Any] = []
        for _ in range(20_000):
            deep = [deep]
        with pytest.raises(InvalidInput) as refused:
            schema.load(Family, {"pets": deep})
        assert [problem["pointer"] for problem in refused.value.errors] == ["/pets"]


class TestText:
    """PostgreSQL keeps neither a NUL nor half a surrogate pair; JSON can say both."""

    @pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
    def test_what_can_not_be_kept_is_wrong_input(self, text: str) -> None:
        bodies: list[tuple[Any, str]] = [
            ({"children": [{"name": text}]}, "/children/0/name"),
            ({"nicknames": {"Bo": text}}, "/nicknames/Bo"),
        ]
        for body, pointer in bodies:
            with pytest.raises(InvalidInput) as refused:
                schema.load(Family, body)
            assert [problem["pointer"] for problem in refused.value.errors] == [pointer]

    def test_neither_as_a_name(self) -> None:
        with pytest.raises(InvalidInput):
            schema.load(Family, {"nicknames": {"B\x00": "Bo"}})

    def test_in_a_path_it_leads_nowhere(self) -> None:
        with pytest.raises(NotFound):
            MAKE.load({"path": {"family_id": "\x00"}, "body": {}})

    def test_signs_of_every_script_are_text(self) -> None:
        name = "Åsa 安娜 آنا 👩‍👧 \u0301\t\n"
        assert schema.load(Family, {"children": [{"name": name}]})["children"][0]["name"] == name


class TestOperation:
    def test_one_of_its_roles_is_enough(self) -> None:
        MAKE.authorise(["reader", "chief"])
        with pytest.raises(MissingRole):
            MAKE.authorise(["reader"])
        with pytest.raises(MissingRole):
            MAKE.authorise([])

    def test_without_roles_it_is_open(self) -> None:
        assert LIST.roles == frozenset()
        LIST.authorise([])
        LIST.authorise(["reader"])

    def test_path_and_body_become_arguments_in_types_of_python(self) -> None:
        loaded = MAKE.load({"path": {"home_id": "h"}, "body": {"children": [{"name": "Bo", "born": "2020-02-29"}]}})
        assert loaded == {"home_id": "h", "body": {"children": [{"name": "Bo", "born": date(2020, 2, 29)}]}}

    def test_a_filter_and_a_page_come_as_text_from_the_address(self) -> None:
        loaded = LIST.load({"path": {}, "query": {"large": "true"}, "page": {"page": "3", "limit": "7"}})
        assert loaded == {"query": {"large": True}, "page": Page(number=3, limit=7)}

    def test_what_was_not_sent_is_empty(self) -> None:
        assert LIST.load({}) == {"query": {}, "page": Page(number=1, limit=20)}

    @pytest.mark.parametrize("sent", [{"body": {"pets": 1}}, {"body": "text"}, {"body": [1]}])
    def test_a_body_of_another_form_is_refused(self, sent: dict[str, Any]) -> None:
        with pytest.raises(InvalidInput):
            MAKE.load(sent)


class Whole(Schema):
    """What is always there, at every depth, and what need not be."""

    name = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    born = fields.Date()
    child = fields.Nested(Child)
    children = fields.List(fields.Nested(Child))
    numbers = fields.List(fields.Integer())


class TestDump:
    """What a contract promises is there, or its sender hears of it."""

    GOOD = {"name": "Anna", "note": None}

    def test_what_need_not_be_there_is_left_out(self) -> None:
        assert schema.dump(Whole, self.GOOD) == self.GOOD
        whole = {**self.GOOD, "born": date(1990, 1, 1), "child": {"name": "Bo"}, "children": [], "numbers": [1]}
        assert schema.dump(Whole, whole) == {**whole, "born": "1990-01-01"}

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"note": "secret"}, "Whole.name is missing"),
            ({"name": "secret"}, "Whole.note is missing"),
            ({**GOOD, "name": None}, "Whole.name is None"),
            ({**GOOD, "born": None}, "Whole.born is None"),
            ({**GOOD, "child": {"born": "secret"}}, "Child.name is missing"),
            ({**GOOD, "children": [{"name": "secret"}, {"name": None}]}, "Child.name is None"),
            ({**GOOD, "children": [None]}, "an item of children is None"),
            ({**GOOD, "numbers": [1, None]}, "an item of numbers is None"),
        ],
    )
    def test_what_is_missing_is_named_and_nothing_else(self, values: dict[str, Any], said: str) -> None:
        for given in (values, SimpleNamespace(**values)):  # a dictionary, and a row
            with pytest.raises(schema.NotAsDeclared) as refused:
                schema.dump(Whole, given)
            assert str(refused.value) == said

    def test_so_it_is_under_a_seal(self, keyring: None) -> None:
        with pytest.raises(schema.NotAsDeclared, match=r"^Child\.name is missing$"):
            schema.dump(Told, {"home_id": "h1", "adult": {"born": date(1990, 1, 1)}})

    def test_a_log_may_say_which_field(self) -> None:
        with pytest.raises(schema.NotAsDeclared) as refused:
            schema.dump(Whole, {"note": "secret"})
        assert described(refused.value)["detail"] == "Whole.name is missing"


@pytest.fixture
def keyring() -> Iterator[None]:
    token = crypto.current_keyring.set(crypto.Keyring("orebro", {1: crypto.new_key()}))
    yield
    crypto.current_keyring.reset(token)


class Told(EventData):
    """An event with a personal part."""

    home_id = fields.String(required=True)
    adult = Sealed(fields.Nested(Child), required=True)
    note = Sealed(fields.String(), allow_none=True)


@pytest.mark.usefixtures("keyring")
class TestSealed:
    def test_a_personal_part_comes_back_and_is_not_seen_meanwhile(self) -> None:
        given = {"home_id": "h1", "adult": {"name": "Anna Åberg", "born": date(1990, 1, 1)}, "note": None}
        travelling = schema.dump(Told, given)
        assert travelling["home_id"] == "h1"
        assert isinstance(travelling["adult"], str)
        assert travelling["note"] is None
        for clear in ("Anna", "1990", "erg"):
            assert clear not in json.dumps(travelling)
        assert schema.load(Told, travelling) == given

    def test_a_part_does_not_open_as_another_part(self) -> None:
        travelling = schema.dump(Told, {"home_id": "h1", "adult": {"name": "Anna"}, "note": "text"})
        with pytest.raises(crypto.SealBroken):
            schema.load(Told, {**travelling, "note": travelling["adult"]})

    def test_a_part_does_not_open_for_another_tenant(self) -> None:
        travelling = schema.dump(Told, {"home_id": "h1", "adult": {"name": "Anna"}})
        crypto.current_keyring.set(crypto.Keyring("vasteras", {1: crypto.new_key()}))
        with pytest.raises(crypto.SealBroken):
            schema.load(Told, travelling)

    def test_what_a_newer_sender_added_is_ignored(self) -> None:
        travelling = schema.dump(Told, {"home_id": "h1", "adult": {"name": "Anna"}})
        assert schema.load(Told, {**travelling, "later": 1})["home_id"] == "h1"
