"""How many duties a second one service carries out, and what an idle clockwork costs: `python -m tests.bench.duties`.

The duties are overdue contacts: each locks its application, records an event and is gone with one commit. The process
of the service is bound to one core. Duties of one municipality rest for three quarters of the time, for the others'
sake, so that it takes several to fill a core, as there are in each night. Beside it: the same rows changed by the same
number of bare commits from psql's own driver, which is the most that this database does one by one.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

import psycopg

from deploy.cli.platform import Platform
from tests.bench.nation.platform import house
from tests.bench.nation.sizes import municipalities
from tests.staff import Staff
from tests.waiting import eventually

MUNICIPALITIES = municipalities(8, applications=8, homes=8)
HEADER = "kind;phone;consent"


def imported(platform: Platform, count: int) -> None:
    """So many applications in each municipality, by an import."""
    for municipality in MUNICIPALITIES:
        staff = Staff(platform, municipality.slug, "recruiter")
        for begin in range(0, count, 5_000):
            lines = [
                f"callback;+46{time.time_ns() // 1000 % 10**9:09d}{number % 1000:03d};ja"
                for number in range(begin, min(count, begin + 5_000))
            ]
            answer = staff.session.post(
                f"{staff.base}/application-imports",
                data="\n".join([HEADER, *dict.fromkeys(lines)]),
                headers={"Content-Type": "text/csv"},
                timeout=60,
            )
            answer.raise_for_status()
            where = f"/application-imports/{answer.json()['id']}"
            eventually(lambda where=where, staff=staff: staff.get(where)["status"] == "finished", seconds=300)  # type: ignore[misc]


def carried_out(platform: Platform, admin: "psycopg.Connection[tuple[int]]") -> tuple[int, float]:
    """Everything becomes due at once: how many, and in how many seconds they are done."""
    admin.execute("update application set contact_by = current_date - 1 where status = 'received'")
    number = admin.execute("update duty set due_at = now() where name = 'contact_overdue'").rowcount
    began = time.perf_counter()
    admin.execute("notify duty")
    eventually(lambda: _left(admin) == 0, seconds=600)
    return number, time.perf_counter() - began


def _left(admin: "psycopg.Connection[tuple[int]]") -> int:
    found = admin.execute("select count(*) from duty where name = 'contact_overdue'").fetchone()
    assert found is not None
    return found[0]


def bare_commits(admin: "psycopg.Connection[tuple[int]]", count: int) -> float:
    """Seconds for so many commits that each lock an application, add a row and take one away."""
    admin.execute("drop table if exists bare; create table bare (id int primary key)")
    ids = [row[0] for row in admin.execute("select id from application limit %s", (count,)).fetchall()]
    began = time.perf_counter()
    for number, application in enumerate(ids):
        with admin.transaction():
            admin.execute("select 1 from application where id = %s for update", (application,))
            admin.execute("insert into bare values (%s)", (number,))
            admin.execute("delete from bare where id = %s", (number - 1,))
    return time.perf_counter() - began


def idle(platform: Platform, seconds: float) -> float:
    """The share of a core that the services use when nobody asks them anything."""
    names = ("intake", "investigation", "placement", "mentorship", "compensation")
    pids = [pid for name in names if (pid := platform.process(name))]
    before = sum(cpu(pid) for pid in pids)
    time.sleep(seconds)
    return (sum(cpu(pid) for pid in pids) - before) / seconds


def cpu(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    parts = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=400, help="duties of each municipality in a round")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    os.environ.setdefault("HEMVIST_GATEWAY_PORT", "0")  # beside a platform that has the usual one
    with house("duties", MUNICIPALITIES) as platform:
        print(f"Idle: the five services use {idle(platform, 30) * 100:.1f} % of a core.")
        os.sched_setaffinity(platform.process("intake") or 0, {0})
        url = f"{platform.admin_database_url.rpartition('/')[0]}/hemvist_intake"
        with psycopg.connect(url, autocommit=True) as admin:
            rates, bare = [], []
            for _ in range(given.rounds):
                imported(platform, given.each)
                number, seconds = carried_out(platform, admin)
                rates.append(number / seconds)
                bare.append(number / bare_commits(admin, number))
                print(f"{rates[-1]:.0f} duties a second, {bare[-1]:.0f} bare commits a second.", flush=True)
        ours, most = statistics.median(rates), statistics.median(bare)
        print(f"{ours:.0f} duties a second, {ours / most:.2f} of {most:.0f} bare commits a second.")


if __name__ == "__main__":
    main()
