"""By when a re-check is to be decided has a column of its own since this release."""

import psycopg

from deploy.cli.platform import Platform
from services.kernel.rows.migration import running
from tests.conftest import fresh_database

BEFORE = """
    insert into home (tenant, id, languages, household_complete, protected_identity, was_approved, approvals_wait,
            visit_due, open_concerns, details, version, changed_at)
        values ('orebro', 'home', '{}', true, false, true, false, false, 0, '', 1, now());
    insert into adult (tenant, id, home_id, person, lookup, came_at, is_cleared)
        values ('orebro', 'anna', 'home', '', '', now(), true);
    insert into investigation (tenant, id, kind, home_id, status, assignments, visits, opened_at, version, changed_at)
        select 'orebro', id, kind, 'home', status, '{}', false, '2026-10-01 22:30+00', 1, now() from (values
            ('approved', 'application', 'approved'), ('open', 'recheck', 'open'), ('failed', 'recheck', 'proposed'),
            ('ended', 'recheck', 'cancelled')) of (id, kind, status);
    insert into register_check (tenant, id, investigation_id, adult_id, register, checked_on, valid_until, outcome)
        select 'orebro', investigation || '-' || register, investigation, 'anna', register, checked::date, until::date,
            case when checked is not null then ''::bytea end from (values
            ('approved', 'police', '2026-05-01', '2026-11-01'), ('open', 'police', null, '2026-11-01'),
            ('open', 'transport', '2026-10-02', null), ('open', 'enforcement', '2026-10-02', '2027-04-02'),
            ('failed', 'police', '2026-10-02', null), ('ended', 'police', null, '2026-11-01')
        ) of (investigation, register, checked, until)
"""


def test_it_is_moved_where_there_is_no_outcome_and_found_again_where_there_is(servers: Platform) -> None:
    urls = fresh_database(servers, "investigation", "test_days_of_rechecks")
    running.downgrade("investigation", urls.owner, "0026")
    with psycopg.connect(urls.admin) as connection:
        connection.execute(BEFORE)
    running.upgrade("investigation", urls.owner)
    with psycopg.connect(urls.admin) as connection:
        rows = connection.execute("select id, due_on::text, valid_until::text from register_check order by id")
        found = {row[0]: row[1:] for row in rows.fetchall()}
    assert found == {
        "approved-police": (None, "2026-11-01"),
        "open-police": ("2026-11-01", None),
        "open-transport": ("2026-11-01", None),  # as the check beside it
        "open-enforcement": ("2026-11-01", "2027-04-02"),
        "failed-police": ("2026-11-01", None),  # a month after 2 October in Sweden
        "ended-police": ("2026-11-01", None),
    }
