"""Documents as PDF, in Swedish, tagged for accessibility (PDF/UA-1): from a service's template and typed data to bytes.

The same input gives the same bytes. What people wrote reaches a template as data and never as its source. Knows neither
what a document is about nor where it is kept.

A document is set in a process of its own, one at a time: there it has limits of time and memory, what it needed is
given back when it ends, and the service answers others meanwhile.
"""

import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from services.kernel.basics import clock
from services.kernel.basics.log import logger
from services.kernel.contracts.faults import ServiceUnavailable
from services.kernel.files import document_process

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_FONTS = Path(__file__).with_name("fonts")
_ROOT = Path(__file__).parents[3]  #: what stands before `/services/kernel/files/house.typ` in a template
_SECONDS = 10  #: for one document; one of thirty pages takes half a one
_MEMORY = 512 << 20  #: bytes of address space for one document
_PATIENCE = 3.0  #: seconds to wait for one's turn: the caller waits five

_one_at_a_time = threading.Semaphore()


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What every document of the house bears: whose it is, its title, the case that it belongs to, its day."""

    municipality: str
    title: str
    reference: str
    dated: date


class DocumentFailed(Exception):
    """The template could not be set with this data. Says where in the templates, never what the data was."""


def typeset(template: Path, frame: Frame, content: "DataclassInstance") -> bytes:
    """The document as PDF. Raises `ServiceUnavailable` when too many others are being made, `DocumentFailed`."""
    job = {
        "root": str(_ROOT),
        "template": str(template),
        "fonts": str(_FONTS),
        "data": orjson.dumps({"frame": _plain(asdict(frame)), "content": _plain(asdict(content))}).decode(),
        "timestamp": int(clock.at_local(frame.dated, 0).timestamp()),
        "seconds": _SECONDS,
        "memory": _MEMORY,
    }
    if not _one_at_a_time.acquire(timeout=_PATIENCE):
        raise ServiceUnavailable
    try:
        return _set(orjson.dumps(job))
    finally:
        _one_at_a_time.release()


def _set(job: bytes) -> bytes:
    """What the other process made of a job. It knows nothing of this one: no environment, no open files."""
    command = [sys.executable, "-I", document_process.__file__]
    done = subprocess.run(command, input=job, capture_output=True, env={}, check=False)  # noqa: S603
    if done.returncode:
        # What it said may hold what somebody wrote; where in a template it was does not.
        places = _PLACE.findall(done.stderr.decode(errors="replace"))
        logger.error("document_failed", code=done.returncode, places=places)
        raise DocumentFailed(f"the process ended with {done.returncode}: {', '.join(places) or 'nowhere'}")
    return done.stdout


_PLACE = re.compile(r"[\w/-]+\.typ:\d+:\d+")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
#: What turns the direction of a line (a name must not rearrange its surroundings), and tags, which nobody sees.
_DROPPED = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e0fff]")


def _plain(value: Any) -> Any:
    """The same in values that JSON has, with texts that can be shown."""
    if isinstance(value, str):
        return _shown(value)
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    return value


def _shown(text: str) -> str:
    """Composed letters, one sign for the end of a line, and a replacement sign for what has no shape."""
    composed = unicodedata.normalize("NFC", _DROPPED.sub("", _LINE_ENDS.sub("\n", text))).replace("\t", " ")
    return "".join("\ufffd" if _is_shapeless(sign) else sign for sign in composed)


def _is_shapeless(sign: str) -> bool:
    """Control signs, halves of surrogate pairs, and what Unicode says is no character."""
    control = unicodedata.category(sign) in ("Cc", "Cs") and sign != "\n"
    return control or ord(sign) & 0xFFFE == 0xFFFE or "\ufdd0" <= sign <= "\ufdef"
