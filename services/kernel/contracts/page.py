"""Which part of a list is asked for, and what the list says of its length.

A list has pages and a total, both up to `MOST` items: nobody reads further, and counting further costs more the more a
municipality has. A log or feed has neither: it is followed from cursor to cursor.
"""

from dataclasses import dataclass
from typing import Any

import marshmallow
from marshmallow import fields

from services.kernel.contracts.faults import Fault
from services.kernel.contracts.rules import Rule
from services.kernel.contracts.schema import Schema, load

MOST = 10_000  #: items of a list that are counted and can be paged to
LONGEST_PART = 100  #: items of one answer
LONGEST_CURSOR = 1_000  #: signs

PAGE_TOO_FAR = Rule("page_too_far", "The page begins after the first {most} items.")
NOT_A_CURSOR = Rule("not_a_cursor", "Not a cursor of this list.")


class PageTooFar(Fault):
    """A list is shown up to its 10,000th item: narrow it by a filter."""

    status = 422


@dataclass(frozen=True, slots=True)
class Total:
    """How many items a list has; at least so many where that is not exact."""

    number: int
    is_exact: bool = True

    @classmethod
    def counted(cls, found: int) -> "Total":
        """Of a count that stopped above `MOST`."""
        return cls(min(found, MOST), is_exact=found <= MOST)


def how_many() -> fields.Integer:
    return fields.Integer(
        load_default=20,
        validate=marshmallow.validate.Range(1, LONGEST_PART),
        metadata={"description": "Items in one answer, 20 unless said, at most 100. Antal per svar, högst 100."},
    )


class PageQuery(Schema):
    """Which page, and how long it is."""

    rules = (PAGE_TOO_FAR,)

    page = fields.Integer(
        load_default=1,
        validate=marshmallow.validate.Range(1, 1_000_000),
        metadata={"description": "The page, from 1. Sidan, från 1."},
    )
    limit = how_many()


class AfterQuery(Schema):
    """After which cursor, and how much."""

    rules = (NOT_A_CURSOR,)

    after = fields.String(
        load_default=None,
        validate=marshmallow.validate.Length(1, LONGEST_CURSOR),
        metadata={"description": "The `next` of the answer before. `next` i föregående svar."},
    )
    limit = how_many()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The part of a list that is asked for."""

    number: int = 1
    limit: int = 20

    @classmethod
    def of(cls, values: dict[str, Any]) -> "Page":
        """From the query; `PageTooFar` where no list is shown any more."""
        loaded = load(PageQuery, values)
        page = cls(number=loaded["page"], limit=loaded["limit"])
        if page.offset >= MOST:
            raise PageTooFar(errors=[PAGE_TOO_FAR.at("/page", most=MOST)])
        return page

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The part of a log or feed that is asked for."""

    cursor: str | None = None  #: as an answer gave it; none at the beginning
    limit: int = 20

    @classmethod
    def of(cls, values: dict[str, Any]) -> "After":
        loaded = load(AfterQuery, values)
        return cls(cursor=loaded["after"], limit=loaded["limit"])
