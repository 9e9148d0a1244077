"""Protected identities (skyddade personuppgifter: sekretessmarkering, the act 2009:400, 22:1; skyddad folkbokföring,
the act 1991:481, section 16): what a form hides of one, and who sees it all the same.

The form of an answer declares it (`hides`), and the kernel carries it out when the answer is written: whoever has not
the role `protected`, or has not said why, gets null. What holds is how it is now, never how it was when something was
said or told.
"""

from collections.abc import Collection, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

PROTECTED = "protected"  #: the role that, beside another one and with a reason, is shown protected identities


class Viewer(Protocol):
    """Whoever is shown something."""

    @property
    def sees_protected(self) -> bool:
        """Whether protected identities are shown: the role is there, and a reason."""

    @property
    def actor(self) -> str:
        """Who it is."""

    @property
    def homes_known(self) -> Collection[str]:
        """The homes in which somebody lives who acts for a home: they see their own."""

    @property
    def protected_staff(self) -> Collection[str]:
        """Those of the municipality's staff whose identity is protected."""


class _Nobody:
    """Where nobody asks, nothing protected is shown."""

    sees_protected = False
    actor = ""
    homes_known: Collection[str] = ()
    protected_staff: Collection[str] = ()


_NOBODY = _Nobody()
viewer: ContextVar[Viewer] = ContextVar("viewer", default=_NOBODY)


@dataclass(frozen=True, slots=True)
class Hides:
    """What is null of a protected identity. `when` and `home` are attributes of what is shown, which need not stand in
    the form themselves."""

    when: str  #: says whether the identity is protected
    fields: tuple[str, ...]  #: where it stands in the form: `name`, `adults.given_name`
    home: str | None = None  #: the id of the home whose own users are shown it


def is_hidden_staff(actor: str | None) -> bool:
    """Whether who did something is not to be said: their identity is protected. Everybody sees their own doing."""
    seen = viewer.get()
    return actor in seen.protected_staff and actor != seen.actor and not seen.sees_protected


def hide(declared: Iterable[Hides], values: Any, shown: dict[str, Any]) -> None:
    """Makes null in `shown`, the form as JSON's types, what `values`, the row or dictionary it was made of, hides."""
    for one in declared:
        if _is_hidden(one, values):
            for way in one.fields:
                _blank(shown, way.split("."))


def _is_hidden(one: Hides, values: Any) -> bool:
    seen = viewer.get()
    if seen.sees_protected or not _of(values, one.when):
        return False
    return one.home is None or _of(values, one.home) not in seen.homes_known


def _of(values: Any, name: str) -> Any:
    return values[name] if isinstance(values, dict) else getattr(values, name)


def _blank(shown: Any, way: Sequence[str]) -> None:
    name, *below = way
    for one in shown if isinstance(shown, list) else [shown]:
        if one is None or name not in one:
            continue
        if below:
            _blank(one[name], below)
        else:
            one[name] = None
