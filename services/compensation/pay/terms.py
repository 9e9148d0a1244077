"""What was agreed, from a day on: the terms that pay depends on. What is amended holds from the amendment's day."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Protocol, TypeVar


class AllowanceKind(StrEnum):
    """What the state pays for a child."""

    CHILD = "child"  #: child allowance (barnbidrag), to the quarter of the sixteenth birthday
    #: the same, and after that quarter as extended child allowance (förlängt barnbidrag) of a child who is in
    #: compulsory school still, to June of the year of the twentieth birthday at most
    EXTENDED_CHILD = "extended_child"
    STUDY = "study"  #: study allowance (studiebidrag), not paid in July and August


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """An allowance that is paid to the home itself, from the month after the municipality asked for it; `allowance.py`
    says until when."""

    kind: AllowanceKind
    requested_on: date
    amount: Decimal  #: kronor a month
    placement_id: str | None = None  #: of the child that it is for, in a contracted home


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtraCost:
    """A recurring cost of a child's own, beside what the level covers."""

    name: str
    amount: Decimal  #: kronor a month
    has_basis: bool  #: it was decided on a written calculation for this child, and is no pay however high


@dataclass(frozen=True, kw_only=True, slots=True)
class Payee:
    """Who of the home's adults is paid, and which part of it."""

    adult_id: str
    percent: Decimal = Decimal(100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """The terms from a day on, until the next ones."""

    since: date
    payees: tuple[Payee, ...]
    fee_level: str = "base"
    cost_level: str = "base"
    fee_percent: Decimal | None = None  #: a contact person's, within the band of the level
    reduction_percent: Decimal = Decimal(0)  #: by which the fee is lowered (a sibling in the same home)
    extra_costs: tuple[ExtraCost, ...] = ()
    allowance: Allowance | None = None
    places: int | None = None  #: a contracted home's
    supplements: tuple[str, ...] = ()  #: a contracted home's, by name
    allowances: tuple[Allowance, ...] = ()  #: a contracted home's, for each child that one is paid for

    def of_child(self, placement_id: str) -> "Terms":
        """The terms of a contracted home as they hold for one of the children there."""
        own = (one for one in self.allowances if one.placement_id == placement_id)
        return replace(self, allowance=next(own, None))


_WHAT = attrgetter(
    "fee_level",
    "cost_level",
    "fee_percent",
    "reduction_percent",
    "extra_costs",
    "allowance",
    "places",
    "supplements",
    "allowances",
)


def what(agreed: Sequence[Terms]) -> Hashable:
    """All of what was agreed that a sum follows from: not who is paid, nor since when the first terms hold."""
    return tuple((one.since if place else None, *_WHAT(one)) for place, one in enumerate(agreed))


class Since(Protocol):
    """What holds from a day on."""

    @property
    def since(self) -> date: ...


class Numbered(Since, Protocol):
    """What was agreed in an order: the first ones (0), and each amendment."""

    @property
    def number(self) -> int: ...


_Holding = TypeVar("_Holding", bound=Since)
_Numbered = TypeVar("_Numbered", bound=Numbered)


def in_order(agreed: Iterable[_Numbered]) -> list[_Numbered]:
    """In the order of their days, as `terms_on` takes them. The first ones hold until they are amended, also where an
    amendment holds from a day before theirs; of two amendments from one day the later one."""
    return sorted(agreed, key=lambda one: (one.number > 0, one.since, one.number))


def terms_on(agreed: Sequence[_Holding], day: date) -> _Holding:
    """The terms that hold on a day, of some in the order of their days. The first ones hold from the beginning."""
    holding = agreed[0]
    for one in agreed[1:]:
        if one.since > day:
            break
        holding = one
    return holding


def amended_on(agreed: Sequence[Terms]) -> list[date]:
    """The days on which terms change."""
    return [one.since for one in agreed[1:]]
