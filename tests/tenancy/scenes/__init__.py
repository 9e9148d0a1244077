"""What lies in a municipality when the others try to reach it: one module per service, `scene(harness) -> Scene`.

A new operation, reaction or table needs nothing here unless the tests say so. They say so when an operation has a path
parameter that no `ids` names, when a list is empty, when a creation can not be done with the contract's own example,
when a reaction has no event, or when a service that homes may ask knows no home of the `NEIGHBOUR`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.kernel.contracts import Event
from services.kernel.contracts.files import SentFile

ANNA = "189001019802"  #: an adult of the home that the scene is about; has a home in both municipalities
NEIGHBOUR = "189001019836"  #: an adult of another home of the same municipality, that the scene is not about


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A municipality that has one of everything."""

    ids: Mapping[str, str] = field(default_factory=dict)  #: path parameter → a thing of the municipality
    bodies: Mapping[str, Any] = field(
        default_factory=dict
    )  #: operation → body, where the contract's example will not do
    queries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  #: operation → what it is asked with
    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  #: operation → the headers of its own
    files: Mapping[str, SentFile] = field(default_factory=dict)  #: operation → a file that the municipality has sent
    everywhere: frozenset[str] = frozenset()  #: operations whose path names what every municipality has one of its own
    texts: tuple[str, ...] = ()  #: what is written nowhere but in this municipality
    #: operation that creates → status of its refusal elsewhere, when its body names things of the municipality
    refused: Mapping[str, int] = field(default_factory=dict)
    subjects: Mapping[str, str] = field(default_factory=dict)  #: duty → its subject, where it has one
    events: Mapping[Event, Mapping[str, Any]] = field(default_factory=dict)  #: what could be recorded of its things
