"""Whether the libraries are the locked ones, as far as that can be known without a network: which of them have holes
that were found since can not (SECURITY.md says how an operator asks)."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distributions

from packaging.markers import Marker
from packaging.utils import canonicalize_name
from packaging.version import Version

from deploy.cli.names import ROOT

LOCKS = ROOT / "deploy" / "requirements"
OF_PYTHON = {"pip", "setuptools"}  #: they come with the virtual environment
_ENTRY = re.compile(r"^([\w.-]+)==(\S+?)(?: ; (.+?))? \\\n((?: +--hash=\S+(?: \\)?\n)+)", re.MULTILINE)
_ANYTHING = re.compile(r"^[^\s#]", re.MULTILINE)


def problems() -> Iterator[str]:
    """Everything that is not as it is locked, here and now."""
    run, dev = ((LOCKS / name).read_text(encoding="utf-8") for name in ("run.lock", "dev.lock"))
    yield from (f"run.lock: {problem}" for problem in of_lock(run))
    yield from (f"dev.lock: {problem}" for problem in of_lock(dev))
    yield from (f"{name} is another in dev.lock than in run.lock" for name in another(locked(run), locked(dev)))
    present = list(distributions())
    yield from of_installed({canonicalize_name(one.name): one.version for one in present}, locked(dev))
    yield from (problem for one in present for problem in changed(one))


def of_lock(text: str) -> Iterator[str]:
    """A lock names each library with one version that was released and with hashes; it leads to no index."""
    if len(_ANYTHING.findall(text)) != len(_ENTRY.findall(text)):
        yield "not each entry is a version with hashes"
    yield from (f"{hash_} is no SHA-256" for hash_ in re.findall(r"--hash=(?!sha256:[0-9a-f]{64}\b)\S*", text))
    yield from (f"{name} {version} was not released" for name, version, *_ in _ENTRY.findall(text) if _early(version))
    if "://" in text or "--index" in text:
        yield "an address stands in it"


def _early(version: str) -> bool:
    return Version(version).is_prerelease


def locked(text: str) -> dict[str, str]:
    """Version by name, of what is wanted on this system."""
    return {
        canonicalize_name(name): version
        for name, version, marker, _ in _ENTRY.findall(text)
        if not marker or Marker(marker).evaluate()
    }


def another(some: Mapping[str, str], all_: Mapping[str, str]) -> list[str]:
    """Those of some that are not the same among all."""
    return sorted(name for name, version in some.items() if all_.get(name) != version)


def of_installed(present: Mapping[str, str], wanted: Mapping[str, str]) -> Iterator[str]:
    """What is there is what is locked, and nothing else."""
    yield from (f"{name} {wanted[name]} is locked and not there" for name in another(wanted, present))
    yield from (f"{name} is there and not locked" for name in sorted(present.keys() - wanted.keys() - OF_PYTHON))


def changed(one: Distribution) -> Iterable[str]:
    """The files of a library that are not as they were installed."""
    for file in one.files or ():
        if file.hash and file.hash.mode == "sha256" and _hash(file.locate().read_bytes()) != file.hash.value:
            yield f"{one.name}: {file} is not as it was installed"


def _hash(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
