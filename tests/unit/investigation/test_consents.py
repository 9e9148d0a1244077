"""R10: the last consent of a register holds, whenever somebody has written it down."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.investigation.contract.checks import ProtectedAskedByHand, RegisterConsentMissing
from services.investigation.model import Investigation
from tests.unit.investigation.factories import MAY, make_investigation

FIRST, SECOND = date(2026, 4, 20), date(2026, 5, 1)


def say(investigation: Investigation, *, given_on: date, is_given: bool) -> None:
    for adult in investigation.household:
        said: dict[str, Any] = {"adult_id": adult.id, "register": "transport", "way": "form"}
        investigation.consent({**said, "is_given": is_given, "given_on": given_on}, by="ivar", at=MAY)


def asked(investigation: Investigation) -> int:
    return len(investigation.request_checks(["transport"], by="ivar", at=MAY))


def test_an_older_yes_that_is_noted_later_does_not_undo_a_no() -> None:
    investigation = make_investigation()
    say(investigation, given_on=SECOND, is_given=False)
    say(investigation, given_on=FIRST, is_given=True)
    with pytest.raises(RegisterConsentMissing):
        asked(investigation)


def test_an_older_no_that_is_noted_later_does_not_undo_a_yes() -> None:
    investigation = make_investigation()
    say(investigation, given_on=SECOND, is_given=True)
    assert asked(investigation) == 2
    say(investigation, given_on=FIRST, is_given=False)
    requested = [check.requested_by for check in investigation.register_checks if check.register == "transport"]
    assert requested == ["ivar"] * 2


def test_of_one_day_what_was_noted_last_holds() -> None:
    investigation = make_investigation()
    say(investigation, given_on=FIRST, is_given=False)
    say(investigation, given_on=FIRST, is_given=True)
    assert asked(investigation) == 2


def test_a_no_in_another_investigation_of_the_home_counts_and_a_yes_there_does_not() -> None:
    investigation, other = make_investigation(), make_investigation()
    say(other, given_on=FIRST, is_given=True)
    with pytest.raises(RegisterConsentMissing):
        investigation.request_checks(["transport"], said=other.consents, by="ivar", at=MAY)
    say(investigation, given_on=FIRST, is_given=True)
    say(other, given_on=SECOND, is_given=False)
    said = [*investigation.consents, *other.consents]
    with pytest.raises(RegisterConsentMissing):
        investigation.request_checks(["transport"], said=said, by="ivar", at=MAY)
    say(other, given_on=SECOND, is_given=True)
    said = [*investigation.consents, *other.consents]
    assert len(investigation.request_checks(["transport"], said=said, by="ivar", at=MAY)) == 2


def test_what_was_said_under_another_number_or_before_somebody_moved_back_in_counts_no_more() -> None:
    investigation = make_investigation()
    say(investigation, given_on=SECOND, is_given=True)
    later = MAY + timedelta(hours=1)
    other = {"id": "anna", "personal_number": "189001019836"}
    investigation.home.amend({"adults": [other]}, lookup=str.encode, new_id=str, at=later)
    with pytest.raises(RegisterConsentMissing) as missing:
        investigation.request_checks(["transport"], by="ivar", at=later)
    assert missing.value.extra == {"consents": [{"adult_id": "anna", "register": "transport"}]}
    said = {"adult_id": "anna", "register": "transport", "way": "form", "is_given": True, "given_on": FIRST}
    investigation.consent(said, by="ivar", at=later)
    assert len(investigation.request_checks(["transport"], by="ivar", at=later)) == 2


def test_a_protected_home_is_looked_up_by_hand() -> None:
    investigation = make_investigation(protected_identity=True)
    with pytest.raises(ProtectedAskedByHand):
        investigation.request_checks(["police"], by="ivar", at=MAY)
    assert {check.requested_by for check in investigation.register_checks} == {None}
