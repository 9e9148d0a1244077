"""The Atom feed of needs (RFC 4287). Pure: values in, text out, the same text for the same needs."""

import html
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from feedgenerator import Atom1Feed

from services.intake.needs.model import Need
from services.vocabulary.assignments import Assignment

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  #: XML 1.0, section 2.2


class _Feed(Atom1Feed):  # type: ignore[misc]
    """The library's, which takes the present instant for a feed without entries: then no reader would ever have it
    already."""

    def __init__(self, changed_at: datetime, **said: Any) -> None:
        super().__init__(**said)
        self._changed_at = changed_at

    def latest_post_date(self) -> datetime:
        return self._changed_at


def written(needs: Sequence[Need], *, tenant: str, municipality: str, empty_since: datetime) -> str:
    """The feed of a municipality's needs. One without any says that it has been so since an instant."""
    name = f"urn:hemvist:{tenant}:needs"
    changed_at = max((need.changed_at for need in needs), default=empty_since)
    feed = _Feed(
        changed_at,
        title=f"{municipality} söker hem",
        link="../needs",
        description=None,
        language="sv",
        author_name=municipality,
        feed_guid=name,
    )
    for need in needs:
        feed.add_item(
            title=_written(need.title),
            link="../needs",
            description=html.escape(_written(need.text)),
            unique_id=_written(f"{name}:{need.id}"),
            pubdate=need.published_at,
            updateddate=need.changed_at,
            categories=[Assignment(one).swedish for one in need.assignments],
        )
    return str(feed.writeString("utf-8"))


def _written(text: str) -> str:
    """A text with a space for each sign that XML can not say, such as the break of a line of a word processor."""
    return _NOT_XML.sub(" ", text)
