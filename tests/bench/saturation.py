"""As many requests as are answered (a closed loop), beside the peers: the plain one, which guarantees nothing, and the
monolith, which guarantees the same in one process. All on the same servers, in turns.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from tests.bench.figures import table
from tests.bench.journal import Goal
from tests.bench.measure import (
    a_family,
    a_free_port,
    a_request,
    a_write,
    authorization,
    in_turns,
    is_created,
    median,
    peer,
    running,
)
from tests.bench.nation.sizes import municipalities
from tests.bench.peers.monolith import prepare
from tests.waiting import eventually

CONNECTIONS = (16, 64)
MUNICIPALITIES = municipalities(8, applications=8, homes=8)
WRITTEN, READ = ([one.slug for one in some] for some in (MUNICIPALITIES[:4], MUNICIPALITIES[4:]))
#: what is held against what, and how much of it is wanted
GOALS = (
    ("write", "plain write", 1.0),
    ("write", "monolith write", 0.7),
    ("get", "plain write", 1.2),
    ("list", "plain write", 1.2),
)
Results = dict[str, list[dict[str, Any]]]


@contextmanager
def monolith(platform: Platform) -> Iterator[str]:
    """The monolith on the same server, with the same issuers. Yields its address."""
    port, secret = a_free_port(), secrets.token_hex(32)
    environment = {
        "MONOLITH_DATABASE": prepare(platform.addresses.admin_database_url, secret),
        "MONOLITH_KEY": secret,
        "MONOLITH_KEYS": str(platform.issuer_dir),
        "MONOLITH_PORT": str(port),
    }
    first = f"http://127.0.0.1:{port}/{WRITTEN[0]}/applications"
    headers = {"Authorization": authorization(platform, WRITTEN[0]), "Idempotency-Key": "first"}
    with running(("monolith",), environment=environment):
        eventually(lambda: is_created(first, **headers))
        yield f"http://127.0.0.1:{port}"


def saturate(platform: Platform, *, rounds: int, seconds: float) -> dict[int, Results]:
    """By the number of connections: of each kind of request what its rounds came to. Four municipalities are written
    to, for one has no more than its share of the workers; four others are read, with a hundred applications each."""
    with peer(platform) as plain, monolith(platform) as other:
        asked = {
            "plain write": [a_request("POST", plain, SubmitApplication.example)],
            **_of("monolith ", platform, other),
            **_of("", platform, platform.gateway_url),
        }
        return {number: in_turns(asked, rounds, seconds, number) for number in CONNECTIONS}


def _of(whose: str, platform: Platform, base: str) -> dict[str, list[dict[str, Any]]]:
    """A write, one application and a list of twenty, each of four municipalities."""
    by = {slug: authorization(platform, slug) for slug in (*WRITTEN, *READ)}
    urls = {slug: f"{base}/{slug}/applications" for slug in by}
    return {
        f"{whose}write": [a_write(urls[slug], by[slug]) for slug in WRITTEN],
        f"{whose}get": [
            a_request("GET", f"{urls[slug]}/{_a_hundred(urls[slug], by[slug])}", Authorization=by[slug])
            for slug in READ
        ],
        f"{whose}list": [a_request("GET", f"{urls[slug]}?limit=20", Authorization=by[slug]) for slug in READ],
    }


def _a_hundred(url: str, by: str) -> str:
    """The id of one, where a hundred are from now on."""
    with requests.Session() as session:
        session.headers["Authorization"] = by
        for number in range(session.get(url, timeout=10).json()["total"], 100):
            session.post(url, json=a_family(number), headers={"Idempotency-Key": f"read-{number}"}, timeout=10)
        return str(session.get(url, timeout=10).json()["items"][0]["id"])


def beside(results: Results, one: str, other: str) -> float:
    """How many of one are answered for each of the other."""
    return median(results[one], "per_second") / median(results[other], "per_second")


def report(found: dict[int, Results]) -> str:
    """The figures, and beside them what is wanted."""
    figures = table(
        ["connections", "", "requests/s", "median ms", "95 % ms", "beside the plain peer's write"],
        (
            [number, name, *(median(some, figure) for figure in ("per_second", "median_ms", "p95_ms")),
             f"{beside(results, name, 'plain write'):.2f}"]
            for number, results in found.items() for name, some in results.items()
        ),
    )  # fmt: skip
    wanted = table(
        ["connections", "", "beside", "measured", "wanted"],
        (
            [number, one, other, f"{beside(results, one, other):.2f}", goal]
            for number, results in found.items() for one, other, goal in GOALS
        ),
    )  # fmt: skip
    return f"{figures}\n\n{wanted}"


def goals(found: dict[int, Results]) -> list[Goal]:
    """What is wanted of each beside another."""
    return [
        Goal(f"{one} beside {other}, {number} connections", beside(results, one, other), goal, at_least=True)
        for number, results in found.items()
        for one, other, goal in GOALS
    ]
