"""What can be asked of a service: operations, and where HTTP reaches them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import marshmallow

from services.kernel.contracts import fields
from services.kernel.contracts.faults import Fault, MissingRole, NotFound
from services.kernel.contracts.files import MediaType, SentFile
from services.kernel.contracts.join import Join
from services.kernel.contracts.page import After, AfterQuery, Page, PageQuery
from services.kernel.contracts.rules import GIVEN_TWICE, NAME_NOT_TEXT, NOT_TEXT, UNKNOWN_FIELD, Rule, rules_of
from services.kernel.contracts.schema import Schema, load, not_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that a caller can ask of a service.

    Carried out by the function of the same name in the service's rooms, which gets what the path names as arguments.
    """

    name: str
    #: method and path as HTTP reaches it, below the municipality unless it is tenantless:
    #: `POST /applications/<application_id>/qualify`
    route: str
    en: str  #: description in English; its first sentence is the summary
    sv: str  #: description in Swedish
    roles: frozenset[str]  #: who may call it; empty: open to all
    answer: type[Schema]
    body: type[Schema] | None = None
    query: type[Schema] | None = None
    headers: type[Schema] | None = None  #: what its own request headers hold, beside those that every request may have
    takes_file: frozenset[MediaType] = frozenset()  #: the body is a file of one of these types
    gives_file: frozenset[MediaType] = frozenset()  #: it is answered with a file of one of these types
    written_as: str = ""  #: it is answered as text of this media type: what its answer, a `Text`, holds
    #: seconds for which anybody's cache may keep the answer to what is open to all; whoever has it already is told so
    cached_for: int = 0
    reads: bool = False  #: changes nothing; a POST that reads has a body that must not stand in an address
    paged: bool = False  #: answers a page of `answer`, and how many there are
    followed: bool = False  #: answers what comes after a cursor of `answer`, and the next cursor: a log or feed
    conditional: bool = False  #: demands If-Match (or If-None-Match: * where it may create)
    creates: bool = False  #: with `conditional`: may create
    tenantless: bool = False  #: concerns no municipality
    status: int = 200  #: of the answer
    waits: type[Schema] | None = None  #: answers this with 202 where another person has to confirm the change
    location: str | None = None  #: where what was made is read: a path below the municipality, with `{id}`
    faults: tuple[type[Fault], ...] = ()  #: what it refuses beyond input, role and existence
    rules: tuple[Rule, ...] = ()  #: what its input can break beyond the form of body and query
    #: whose data it shows beside those of its answer: the kind, and what of the path names them
    shows: Mapping[str, str] = field(default_factory=dict, hash=False)
    shared: Join | None = None  #: how it is reached, and its parts become one, where several services have it

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        """Its path from the root of the interface on."""
        below = self.route.partition(" ")[2]
        return below if self.tenantless else f"/<municipality>{below}"

    @property
    def part(self) -> type[Schema] | None:
        """The query parameters that say which part of a list is asked for."""
        if self.paged:
            return PageQuery
        return AfterQuery if self.followed else None

    @property
    def shows_somebody(self) -> bool:
        """Whether its answer shows a person's data, so that the log of access has a line of it."""
        return bool(self.shows or self.answer.shows)

    @property
    def hides_somebody(self) -> bool:
        """Whether its answer hides what it shows of a protected identity."""
        return _hides(self.answer())

    def all_rules(self) -> dict[str, Rule]:
        """Every rule that an input can break, by its code."""
        schemas = [schema for schema in (self.body, self.query, self.headers, self.part) if schema]
        found = {code: rule for schema in schemas for code, rule in rules_of(schema).items()}
        always = (NOT_TEXT, NAME_NOT_TEXT, *([] if self.body else [GIVEN_TWICE])) if schemas else (UNKNOWN_FIELD,)
        return found | {rule.code: rule for rule in (*always, *self.rules)}

    def authorise(self, roles: Iterable[str]) -> None:
        """Raises `MissingRole` when none of the caller's roles allows this operation."""
        if self.roles and self.roles.isdisjoint(roles):
            raise MissingRole

    def is_asked_for_a_home(self, roles: Iterable[str]) -> bool:
        """Whether a caller with these roles may ask this as a home's own user only: then it is about that home."""
        return "home" in self.roles and not (self.roles - {"home"}) & set(roles)

    def load(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """`{"path": {...}, "query": {...}, "body": {...}, "headers": {...}, "file": {...}}` as keyword arguments of the
        handler, with values in Python's types.

        Raises `InvalidInput` with a pointer per problem, `NotFound` for a path that can lead nowhere.
        """
        loaded = dict(arguments.get("path", {}))
        if not_text(loaded):
            raise NotFound
        for name, schema in (("headers", self.headers), ("query", self.query), ("body", self.body)):
            if schema is not None:
                loaded[name] = load(schema, arguments.get(name) or {})
        if self.takes_file:
            loaded["file"] = SentFile.from_dict(arguments["file"])
        if self.paged:
            loaded["page"] = Page.of(arguments.get("page") or {})
        if self.followed:
            loaded["after"] = After.of(arguments.get("page") or {})
        return loaded


def _hides(schema: marshmallow.Schema) -> bool:
    every = [field.inner if isinstance(field, fields.List) else field for field in schema.fields.values()]
    nested = [field.schema for field in every if isinstance(field, fields.Nested)]
    return (
        bool(getattr(schema, "hides", ()))
        or any(isinstance(one, fields.Staff) for one in every)
        or any(map(_hides, nested))
    )
