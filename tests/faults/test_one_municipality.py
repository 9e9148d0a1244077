"""One municipality's trouble is not the others': on the running platform."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg

from deploy.cli.platform import Platform
from services.intake.contract.applications import RecordContact
from services.intake.contract.form import SubmitApplication
from tests.conftest import database_url
from tests.faults.reading import assert_as_fast, reads
from tests.staff import Staff
from tests.waiting import eventually

FLOOD = 20


@contextmanager
def held(platform: Platform, application_id: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """The application's row is another session's, as that of a program that hangs."""
    with psycopg.connect(database_url(platform, "hemvist_intake")) as holder:
        holder.execute("select from application where id = %s for update", (application_id,))
        yield holder
        holder.rollback()


def test_a_lock_of_one_leaves_the_others_reads_as_fast_as_they_are(platform: Platform) -> None:
    """Twenty requests of Örebro wait for a row that is not given back; Västerås lists its applications meanwhile."""
    orebro, vasteras = Staff(platform, "orebro", "recruiter"), Staff(platform, "vasteras", "recruiter")
    application = orebro.post("/applications", SubmitApplication.example)["id"]
    vasteras.post("/applications", SubmitApplication.example)
    calm = reads(vasteras, lambda count: count < 20)
    with held(platform, application), ThreadPoolExecutor(FLOOD + 1) as pool:
        waiting = [
            pool.submit(
                Staff(platform, "orebro", "recruiter").ask,
                "POST",
                f"/applications/{application}/contacts",
                RecordContact.example,
            )
            for _ in range(FLOOD)
        ]
        with psycopg.connect(database_url(platform, "hemvist_intake"), autocommit=True) as admin:
            asked = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            eventually(lambda: admin.execute(asked).fetchone() != (0,))
        own = pool.submit(Staff(platform, "orebro", "recruiter").ask, "GET", "/applications")
        times = reads(vasteras, lambda _count: not all(one.done() for one in waiting))
        assert own.result().status_code == 200, "a read of the same municipality came through"
        statuses = {one.result().status_code for one in waiting}
    assert_as_fast(times, calm=calm)
    assert statuses <= {503, 504}
    assert orebro.ask("POST", f"/applications/{application}/contacts", RecordContact.example).status_code == 200
