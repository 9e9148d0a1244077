"""How a home is reached with a nudge. Values in, values out."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.kernel.contracts.nudges import Reached, Way

Contact = Mapping[str, str | None]  #: what the home's file says: `{"phone", "email"}`
Choice = Mapping[str, Any]  #: of an adult: `{"ways", "phone", "email"}`; an address that is None is the file's
_ADDRESS = {Way.EMAIL: "email", Way.SMS: "phone"}


def reached(
    home_id: str, choices: Iterable[tuple[str, Choice | None]], contact: Contact | None, *, protected: bool
) -> list[Reached]:
    """By which ways whom in the home, each address once. `choices` are the adults' by id, None of one who has not
    chosen.

    As long as nobody has chosen, the home is reached by all that its file says. A protected identity (skyddade
    personuppgifter) is reached only as somebody of the home has chosen: no address goes to a provider unasked.
    """
    chosen = {adult: choice for adult, choice in choices if choice is not None}
    by_file = {} if protected or not contact else {home_id: {"ways": list(Way)}}
    found: dict[tuple[Way, str], Reached] = {}
    for who, choice in (chosen or by_file).items():
        for one in _ways(who, choice, contact or {}):
            found.setdefault((one.way, one.address), one)
    return list(found.values())


def without_address(choice: Choice, contact: Contact | None) -> list[Way]:
    """The ways of a choice for which neither it nor the home's file has an address."""
    return [way for way in map(Way, choice["ways"]) if not _address(way, choice, contact or {})]


def _ways(who: str, choice: Choice, contact: Contact) -> list[Reached]:
    addresses = {way: _address(way, choice, contact) for way in map(Way, choice["ways"])}
    return [Reached(recipient=who, way=way, address=address) for way, address in addresses.items() if address]


def _address(way: Way, choice: Choice, contact: Contact) -> str | None:
    name = _ADDRESS[way]
    return choice.get(name) or contact.get(name)
