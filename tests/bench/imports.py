"""How many rows a second an import takes in: `python -m tests.bench.imports`

A file of whole forms in the manner of the national one, through the interface and a mapping: each row is checked,
sealed, made findable and has its clock. Beside it: PostgreSQL's own COPY of the same rows, in clear, into a table
without index, constraint and policy, which is the most that this database takes in of them at all.
"""

import argparse
import statistics
import time
from collections.abc import Sequence

import psycopg
from stdnum import luhn

from deploy.cli.platform import Platform
from tests.bench.measure import MANY, ROOT
from tests.national_form import HEADER, MAPPING
from tests.staff import Staff
from tests.waiting import eventually


def rows(number: int, *, of: int) -> list[str]:
    """So many forms of a round, each of another person; the serials are those of nobody (980 to 999)."""
    return [
        f"{of}-{one};Bli familjehem;Anna;Andersson;{_number(one)};"
        f"+4670{one:07d};Storgatan {one};70210;Örebro;Därför {one}"
        for one in range(number)
    ]


def _number(one: int) -> str:
    """A personal number of its own for each of some hundred thousand: a day, and a serial that is nobody's."""
    days, serial = divmod(one, 20)
    year, day = divmod(days, 336)
    digits = f"{19 * 100 + 20 + year % 80:04d}{day // 28 + 1:02d}{day % 28 + 1:02d}{980 + serial}"
    return digits + str(luhn.calc_check_digit(digits[2:]))


def imported(staff: Staff, lines: Sequence[str]) -> float:
    """Seconds until an import of these rows is finished."""
    began = time.perf_counter()
    answer = staff.session.post(
        f"{staff.base}/application-imports?source=national",
        data="\n".join([HEADER, *lines]).encode(),
        headers={"Content-Type": "text/csv"},
        timeout=60,
    )
    answer.raise_for_status()
    where = f"/application-imports/{answer.json()['id']}"
    eventually(lambda: staff.get(where)["status"] == "finished", seconds=600)
    seconds = time.perf_counter() - began
    found = staff.get(where)
    assert (found["accepted"], found["problems"]) == (len(lines), []), found
    return seconds


def copied(admin: "psycopg.Connection[tuple[int]]", lines: Sequence[str]) -> float:
    """Seconds for COPY of the same rows into a table that nothing guards."""
    columns = ", ".join(f"c{number} text" for number in range(HEADER.count(";") + 1))
    admin.execute(f"drop table if exists bare_copy; create table bare_copy ({columns})")  # type: ignore[arg-type]
    began = time.perf_counter()
    with admin.cursor().copy("copy bare_copy from stdin with (format csv, delimiter ';')") as copy:
        copy.write("\n".join(lines) + "\n")
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000, help="of a file")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    many = {f"HEMVIST_LIMIT_{name}": MANY for name in ("PER_CLIENT", "PER_MUNICIPALITY", "PUBLIC")}
    platform = Platform(
        ROOT / ".hemvist" / "bench",
        extra_environment={"HEMVIST_ENVIRONMENT": "test", "HEMVIST_LOG_LEVEL": "WARNING", **many},
    )
    platform.up()
    try:
        staff = Staff(platform, "orebro", "recruiter")
        staff.session.put(
            f"{staff.base}/import-mappings/national", json=MAPPING, headers={"If-None-Match": "*"}, timeout=60
        )
        url = f"{platform.admin_database_url.rpartition('/')[0]}/hemvist_intake"
        with psycopg.connect(url, autocommit=True) as admin:
            ours, bare = [], []
            for _ in range(given.rounds):
                lines = rows(given.rows, of=time.time_ns())
                ours.append(given.rows / imported(staff, lines))
                bare.append(given.rows / copied(admin, lines))
        rate, most = statistics.median(ours), statistics.median(bare)
        print(f"{rate:.0f} rows a second, {rate / most:.4f} of the {most:.0f} that COPY takes in without any guard.")
        print(f"5,000 rows in {5_000 / rate:.1f} s.")
    finally:
        platform.down()


if __name__ == "__main__":
    main()
