"""Measures Hemvist beside the plain peer: `python -m tests.bench.measure`.

Rounds alternate between the two and the medians of the rounds are compared, because the machine is never quiet.
(a) submit_application with all guarantees, (b) reads, (c) from commit to the effect of the reaction, (d) idle memory.
What is written stays: where it runs for the first time, writes take a fifth longer while the database's files grow.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import requests
from stdnum import luhn

from deploy.cli.platform import Platform
from deploy.rabbitmq.provision import Management
from gateway.turns import ABOUT
from services.intake.contract.form import SubmitApplication
from tests.waiting import eventually

ROOT = Path(__file__).parents[2]
CONNECTIONS = 16
MANY = "1000000000"
PATIENT = 90.0  #: seconds more than it should take, until a load is given up


@contextmanager
def peer(platform: Platform) -> Iterator[str]:
    """The plain peer on the same servers: a database and a virtual host of its own. Yields where applications go."""
    database = platform.addresses.admin_database_url
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("drop table if exists plain")
        connection.execute("create table plain (id text primary key, body jsonb not null)")
    port = a_free_port()
    environment = {"PEER_BROKER": platform.broker_admin_amqp_url, "PEER_DATABASE": database, "PEER_PORT": str(port)}
    url = f"http://127.0.0.1:{port}/applications"
    with running(("plain", "store"), environment=environment), Management(platform.broker_admin_url) as management:
        eventually(lambda: any(one["name"] == "rpc-plain_store" for one in management.get("queues")))
        with running(("plain", "gateway"), environment=environment):
            eventually(lambda: is_created(url))
            yield url


@contextmanager
def running(*commands: Sequence[str], environment: dict[str, str]) -> Iterator[None]:
    """Processes of peers, while the block runs."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", f"tests.bench.peers.{module}", *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
        )
        for module, *arguments in commands
    ]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def a_free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_created(url: str, **headers: str) -> bool:
    """Whether it takes an application."""
    try:
        return requests.post(url, json=SubmitApplication.example, headers=headers, timeout=5).status_code == 201
    except requests.RequestException:
        return False


def load(made: list[dict[str, Any]], seconds: float, connections: int = CONNECTIONS) -> dict[str, Any]:
    """A load in a process of its own."""
    plan = {"requests": made, "connections": connections, "seconds": seconds}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(plan),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=seconds + PATIENT,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def a_request(method: str, url: str, body: Any = None, **headers: str) -> dict[str, Any]:
    """One request of a load."""
    given = {"Content-Type": "application/json"} if body is not None else {}
    return {
        "method": method,
        "url": url,
        "headers": given | {name.replace("_", "-"): value for name, value in headers.items()},
        "body": "" if body is None else json.dumps(body),
    }


def median(results: list[dict[str, Any]], name: str) -> float:
    """The median of a figure over the rounds."""
    return statistics.median(result[name] for result in results)


def loads(platform: Platform, *, rounds: int, seconds: float) -> dict[str, list[dict[str, Any]]]:
    """Writes of both and reads of ours, alternating."""
    # The measured write carries a token, as an application that a recruiter types does. Reads are of a municipality of
    # an ordinary size, not of the one that the writes fill.
    reads, reader = _a_hundred(platform)
    ours = {
        "write": [a_write(f"{platform.gateway_url}/orebro/applications", authorization(platform, "orebro"))],
        "get": [a_request("GET", reads[0], Authorization=reader)],
        "list": [a_request("GET", reads[1], Authorization=reader)],
    }
    with peer(platform) as plain_url:
        plain = a_request("POST", plain_url, SubmitApplication.example)
        return in_turns({"plain write": [plain], **ours}, rounds, seconds)


def authorization(platform: Platform, municipality: str) -> str:
    """The header of a recruiter."""
    return "Bearer " + platform.token(municipality=municipality, roles=["recruiter"])


def a_write(url: str, by: str) -> dict[str, Any]:
    """An application, another one each time it is sent."""
    return a_request("POST", url, SubmitApplication.example, Authorization=by, Idempotency_Key="{key}")


def in_turns(
    asked: dict[str, list[dict[str, Any]]], rounds: int, seconds: float, connections: int = CONNECTIONS
) -> dict[str, list[dict[str, Any]]]:
    """Requests of each kind for some seconds, in rounds, after a warm-up; `RuntimeError` when one fails."""
    results: dict[str, list[dict[str, Any]]] = {name: [] for name in asked}
    for some in asked.values():
        load(some, min(2.0, seconds), connections)
    for _ in range(rounds):
        for name, some in asked.items():
            time.sleep(ABOUT)  # who was asked for before is not about any more, beside whom a municipality has less
            results[name].append(load(some, seconds, connections))
    for name, found in results.items():
        for result in found:
            if not {"200", "201"} >= set(result["statuses"]):
                raise RuntimeError(f"{name} answered {result['statuses']}")
    return results


def a_family(number: int) -> dict[str, Any]:
    """The application of a family of its own: nobody else has that personal number."""
    digits = f"{date(1970, 1, 1) + timedelta(number):%Y%m%d}980"
    adult = SubmitApplication.example["adults"][0] | {"personal_number": digits + luhn.calc_check_digit(digits[2:])}
    return SubmitApplication.example | {"adults": [adult]}


def _a_hundred(platform: Platform) -> tuple[list[str], str]:
    """Västerås with a hundred applications: the addresses of one and of the list, and who may read them."""
    base = f"{platform.gateway_url}/vasteras/applications"
    reader = "Bearer " + platform.token(municipality="vasteras", roles=["recruiter"])

    def listed() -> dict[str, Any]:
        page: dict[str, Any] = requests.get(base, headers={"Authorization": reader}, timeout=5).json()
        return page

    for number in range(listed()["total"], 100):
        requests.post(base, json=a_family(number), timeout=5).raise_for_status()
    return [f"{base}/{listed()['items'][0]['id']}", f"{base}?limit=20"], reader


def effects(platform: Platform, count: int, municipality: str = "orebro") -> list[float]:
    """Milliseconds from the answer of qualify (its commit) until the investigation it opens can be read, one by one."""
    base = f"{platform.gateway_url}/{municipality}"
    session = requests.Session()
    session.headers["Authorization"] = "Bearer " + platform.token(
        municipality=municipality, roles=["recruiter", "investigator"]
    )
    found: list[float] = []
    with psycopg.connect(platform.owner_url("investigation"), autocommit=True) as connection:
        connection.execute("select set_config('hemvist.tenant', %s, false)", (municipality,))
        for _ in range(count):
            made = session.post(f"{base}/applications", json=SubmitApplication.example, timeout=5).json()
            answer = session.post(f"{base}/applications/{made['id']}/qualify", json={}, timeout=5)
            answer.raise_for_status()
            start = time.perf_counter()
            query = "select 1 from investigation where application_id = %s"
            while connection.execute(query, (made["id"],)).fetchone() is None:
                if time.perf_counter() - start > 10:
                    raise TimeoutError("the investigation did not open")
            found.append((time.perf_counter() - start) * 1000)
    return found


def memory(platform: Platform) -> float:
    """Megabytes that the services, the gateway and the process manager hold (proportional set size)."""
    pids = [platform.process(name) for name in ("intake", "investigation", "placement", "mentorship", "compensation")]
    gateway = platform.process("gateway")
    manager = Path(f"/proc/{gateway}/stat").read_text().rpartition(")")[2].split()[1]
    children = Path(f"/proc/{gateway}/task/{gateway}/children").read_text().split()
    total = 0
    for pid in [*pids, gateway, manager, *children]:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def report(results: dict[str, list[dict[str, Any]]], found: list[float], megabytes: float) -> str:
    """The figures as a table in Markdown."""
    plain = median(results["plain write"], "per_second")
    lines = ["| | requests/s | beside plain | median ms | 95 % ms |", "|---|---|---|---|---|"]
    for name, some in results.items():
        rate = median(some, "per_second")
        lines.append(
            f"| {name} | {rate:.0f} | {rate / plain:.2f} | {median(some, 'median_ms'):.1f} "
            f"| {median(some, 'p95_ms'):.1f} |"
        )
    ordered = sorted(found)
    lines.append("")
    lines.append(
        f"From commit to the reaction's effect: median {statistics.median(ordered):.1f} ms, "
        f"95 % {ordered[int(len(ordered) * 0.95)]:.1f} ms. Idle memory: {megabytes:.0f} MB."
    )
    return "\n".join(lines)


def main() -> None:
    """Starts a platform of its own, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--keep", action="store_true", help="leave the platform running")
    given = parser.parse_args()
    platform = Platform(
        ROOT / ".hemvist" / "bench" / "measure",  # where no other measurement makes the list longer, which counts
        extra_environment={
            "HEMVIST_ENVIRONMENT": "test",
            "HEMVIST_LIMIT_PER_CLIENT": MANY,
            "HEMVIST_LIMIT_PER_MUNICIPALITY": MANY,
            "HEMVIST_LIMIT_PUBLIC": MANY,
            "HEMVIST_LOG_LEVEL": "WARNING",
        },
    )
    platform.up()
    try:
        megabytes = memory(platform)
        results = loads(platform, rounds=given.rounds, seconds=given.seconds)
        print(report(results, effects(platform, 60), megabytes))
    finally:
        if not given.keep:
            platform.down()


if __name__ == "__main__":
    main()
