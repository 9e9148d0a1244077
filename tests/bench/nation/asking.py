"""Requests of the nation as they go over the wire: with an address, a token, a key."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from deploy.cli.platform import Platform
from gateway.development import issue_token
from tests.bench.measure import a_request
from tests.bench.nation.day import KINDS, Asked, Kind, mixed
from tests.bench.nation.people import people
from tests.bench.nation.sizes import Municipality


class Asking:
    """Makes requests to a platform; tokens are signed once. `base` is another gateway's address than the first's."""

    def __init__(self, platform: Platform, base: str | None = None) -> None:
        self._issuer, self._base = platform.issuer_dir, base or platform.gateway_url

    def some(
        self, count: int, municipalities: Sequence[Municipality], seed: int, kinds: Sequence[Kind] = KINDS
    ) -> tuple[list[Kind], list[dict[str, Any]]]:
        """So many of the day's requests, and of which kind each is."""
        found = list(islice(mixed(municipalities, seed, kinds), count))
        return [kind for kind, _, _ in found], list(self._made(found))

    def _made(self, found: Sequence[tuple[Kind, Municipality, Asked]]) -> Iterator[dict[str, Any]]:
        for kind, one, asked in found:
            token = _token(self._issuer, one.slug, kind.role, asked.home if kind.role == "home" else None)
            headers = {"Authorization": f"Bearer {token}", **asked.headers}
            if kind.writes:
                headers["Idempotency-Key"] = str(uuid4())
            yield a_request(asked.method, f"{self._base}/{one.slug}{asked.path}", asked.body, **headers)


@cache
def _token(issuer_dir: Path, slug: str, role: str, home: int | None) -> str:
    """Signed once: it is good for longer than a run lasts."""
    return issue_token(
        issuer_dir,
        municipality=slug,
        roles=[role],
        sub=f"home-{home}" if home else f"{role}-of-{slug}",
        now=datetime.now(UTC),
        personal_number=people(home)[home - 1].number if home else None,
    )
