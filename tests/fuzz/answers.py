"""Whether an answer is one that the description allows, and tells nothing of another municipality."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote_plus

from schemathesis import Case, Response
from schemathesis.checks import load_all_checks
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.fuzz.description import ID
from tests.pdfs import words_of

PROBLEM = "application/problem+json"
_AS_DESCRIBED = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
load_all_checks()


class Secrets:
    """What lies in a municipality and in no other: ids, and words."""

    def __init__(self, ids: Iterable[str] = (), words: Iterable[str] = ()) -> None:
        self.ids, self.words = frozenset(ids), frozenset(words)

    def told_in(self, text: str) -> set[str]:
        """Those that a text holds."""
        return {one for one in ID.findall(text) if one in self.ids} | {word for word in self.words if word in text}


def wrong(case: Case, answer: Response, secrets: Secrets) -> list[str]:
    """All that is wrong with an answer, in a line each."""
    return [*_failed(answer), *_undescribed(case, answer), *_no_problem(answer), *_told(answer, secrets)]


def _failed(answer: Response) -> Iterator[str]:
    if answer.status_code >= 500:
        yield f"it failed with {answer.status_code}"


def _undescribed(case: Case, answer: Response) -> Iterator[str]:
    try:
        case.validate_response(answer, checks=_AS_DESCRIBED)
    except FailureGroup as found:
        yield from (_line(one) for one in found.exceptions if isinstance(one, Failure))


def _line(failure: Failure) -> str:
    return re.sub(r"\s+", " ", f"{failure.title}: {failure.message}")[:400]


def _no_problem(answer: Response) -> Iterator[str]:
    """A refusal is a problem (RFC 9457) that says the status of its own answer."""
    if answer.status_code < 400:
        return
    kind = answer.headers.get("content-type", [""])[0]
    body = _json_of(answer)
    if kind != PROBLEM or not isinstance(body, dict) or body.get("status") != answer.status_code:
        yield f"a refusal ({answer.status_code}) is no problem (RFC 9457): {kind}"


def _json_of(answer: Response) -> Any:
    try:
        return json.loads(answer.content)
    except ValueError:
        return None


def text_of(answer: Response) -> str:
    """What an answer says, also where it is no text; of a document what can be read in it, beside its bytes."""
    words = words_of(answer.content) if answer.content.startswith(b"%PDF") else ""
    return answer.content.decode(errors="replace") + words


def _told(answer: Response, secrets: Secrets) -> Iterator[str]:
    """What was said in the request may be said again."""
    told = secrets.told_in(text_of(answer) + str(answer.headers))
    if told:
        sent = answer.request
        body = sent.body.decode(errors="replace") if isinstance(sent.body, bytes) else str(sent.body)
        asked = secrets.told_in(f"{unquote_plus(sent.url or '')} {sent.headers} {body}")
        yield from (f"another municipality's {one!r} is told" for one in sorted(told - asked))
