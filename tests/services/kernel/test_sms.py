"""SMS: the municipality's own provider is asked as the file of municipalities says."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import orjson
import pytest

from services.kernel.messages import sms, sms_providers
from services.kernel.messages.outgoing import AddressNotAllowed, NotDelivered, Refused
from services.kernel.messages.sms_providers import Provider
from tests.receiver import Receiver, answers, listening

NUMBER, SAID, SECRET = "+46701740605", "Något nytt väntar.", "Basic abc"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as found:
        yield found


def stated(receiver: Receiver | None = None, **overrides: Any) -> dict[str, Any]:
    """A provider as the file states it."""
    url = receiver.url if receiver else "https://sms.example/send"
    return {"url": url, "header": "Authorization", "body": {"to": "$number", "text": "$text"}, **overrides}


def provider(receiver: Receiver, **overrides: Any) -> Provider:
    found = sms_providers.provider_of(stated(receiver, **overrides), SECRET)
    assert found is not None
    return found


def send(receiver: Receiver, number: str = NUMBER, **overrides: Any) -> None:
    sms.send(provider(receiver, **overrides), number, SAID, in_production=False)


class TestSending:
    def test_a_body_of_json_has_number_and_text_wherever_they_are_wanted(self, receiver: Receiver) -> None:
        body = {"from": "Hemvist", "messages": [{"to": ["$number"], "text": "Hej: $text", "flash": False}], "n": 1}
        send(receiver, body=body)
        (heard,) = receiver.heard
        assert orjson.loads(heard.body) == {
            "from": "Hemvist",
            "messages": [{"to": [NUMBER], "text": f"Hej: {SAID}", "flash": False}],
            "n": 1,
        }
        assert heard.headers["authorization"] == SECRET
        assert heard.headers["content-type"] == "application/json"

    def test_a_form_is_written_as_one(self, receiver: Receiver) -> None:
        send(receiver, form=True, header="X-Key")
        (heard,) = receiver.heard
        assert parse_qs(heard.body.decode()) == {"to": [NUMBER], "text": [SAID]}
        assert heard.headers["x-key"] == SECRET
        assert heard.headers["content-type"] == "application/x-www-form-urlencoded"

    @pytest.mark.parametrize("status", [400, 422])
    def test_a_number_that_is_not_taken_is_refused_for_good(self, receiver: Receiver, status: int) -> None:
        receiver.answer = answers(status)
        with pytest.raises(Refused, match=r"^refused$"):
            send(receiver)

    @pytest.mark.parametrize(
        ("status", "said"), [(401, "login refused"), (403, "login refused"), (429, "status 429"), (503, "status 503")]
    )
    def test_any_other_answer_is_a_matter_of_time(self, receiver: Receiver, status: int, said: str) -> None:
        receiver.answer = answers(status)
        with pytest.raises(NotDelivered) as problem:
            send(receiver)
        assert (str(problem.value), isinstance(problem.value, Refused)) == (said, False)

    def test_what_is_not_encrypted_is_refused_in_production(self, receiver: Receiver) -> None:
        with pytest.raises(AddressNotAllowed):
            sms.send(provider(receiver), NUMBER, SAID, in_production=True)
        assert receiver.heard == []

    @pytest.mark.parametrize("number", ["", "12", "hej", "+0701740605", "0701740605$text"])
    def test_what_is_no_number_is_refused_before_anybody_is_asked(self, receiver: Receiver, number: str) -> None:
        with pytest.raises(Refused):
            send(receiver, number)
        assert receiver.heard == []


@pytest.mark.parametrize(
    "number", ["+46701740605", "070-174 06 05", "0701740605", "0046 70 174 06 05", "+46 70-1740605"]
)
def test_a_number_is_said_as_providers_know_it(number: str) -> None:
    assert sms.international(number) == NUMBER


def test_one_of_another_country_stays_one() -> None:
    assert sms.international("+47 22 11 11 11") == "+4722111111"


class TestStated:
    @pytest.mark.parametrize(
        "overrides", [{}, {"form": True}, {"form": False}, {"url": "http://127.0.0.1:9000/"}, {"header": "X-Api-Key"}]
    )
    def test_what_is_right_has_no_problem(self, overrides: dict[str, Any]) -> None:
        assert sms_providers.wrong_with(stated(**overrides)) is None

    @pytest.mark.parametrize(
        ("overrides", "problem"),
        [
            ({"secret": "x"}, "sms must have url, header and body, and may have form"),
            ({"url": 7}, "sms.url must be an address"),
            ({"url": "sms.example"}, "sms.url must be an address"),
            ({"url": "ftp://sms.example"}, "sms.url must be an address"),
            ({"url": "https://sms.example:port/"}, "sms.url must be an address"),
            ({"header": "A: b"}, "sms.header must be the name of a header"),
            ({"form": "yes"}, "sms.form must be true or false"),
            ({"body": "$number $text"}, "sms.body must be a table with $number and $text"),
            ({"body": {"to": "$number"}}, "sms.body must be a table with $number and $text"),
            ({"body": {"text": "$text"}}, "sms.body must be a table with $number and $text"),
            (
                {"form": True, "body": {"to": ["$number"], "text": "$text"}},
                "sms.body must be a table of texts where it is a form",
            ),
        ],
    )
    def test_what_is_wrong_is_named(self, overrides: dict[str, Any], problem: str) -> None:
        assert sms_providers.wrong_with(stated(**overrides)) == problem

    @pytest.mark.parametrize("left_out", ["url", "header", "body"])
    def test_what_is_missing_is_named(self, left_out: str) -> None:
        whole = stated()
        del whole[left_out]
        assert sms_providers.wrong_with(whole) == "sms must have url, header and body, and may have form"

    def test_without_a_secret_or_a_provider_there_is_none(self) -> None:
        assert sms_providers.provider_of(None, SECRET) is None
        assert sms_providers.provider_of(stated(), None) is None

    def test_the_secret_is_in_no_representation(self, receiver: Receiver) -> None:
        assert SECRET not in repr(provider(receiver))
