"""When an investigation was decided stands on it since this release."""

import psycopg

from deploy.cli.platform import Platform
from services.kernel.rows.migration import running
from tests.conftest import fresh_database

BEFORE = """
    insert into home (tenant, id, languages, household_complete, protected_identity, was_approved, approvals_wait,
            visit_due, open_concerns, details, version, changed_at)
        values ('orebro', 'home', '{}', true, false, true, false, false, 0, '', 1, now());
    insert into investigation (tenant, id, kind, home_id, status, assignments, visits, opened_at, version, changed_at)
        select 'orebro', status, 'application', 'home', status, '{}', false, '2026-10-01', 1, now()
        from unnest(array['approved', 'rejected', 'open', 'cancelled']) status;
    insert into proposal (tenant, id, investigation_id, number, outcome, assignments, texts, proposed_by, proposed_at)
        select 'orebro', of || number, of, number, 'approve', '{}', '', 'ivar', '2026-10-02' from (values
            ('approved', 1), ('approved', 2), ('rejected', 1), ('open', 1), ('cancelled', 1)) of (of, number);
    insert into decision (tenant, id, proposal_id, outcome, reasons, decided_by, decided_at)
        select 'orebro', proposal, proposal, outcome, '', 'dora', at::timestamptz from (values
            ('approved1', 'return', '2026-10-03'), ('approved2', 'approve', '2026-10-05'),
            ('rejected1', 'reject', '2026-10-04'), ('open1', 'return', '2026-10-04')) of (proposal, outcome, at)
"""


def test_that_is_the_day_of_the_decision_that_ended_it(servers: Platform) -> None:
    urls = fresh_database(servers, "investigation", "test_decided")
    running.downgrade("investigation", urls.owner, "0028")
    with psycopg.connect(urls.admin) as connection:
        connection.execute(BEFORE)
    running.upgrade("investigation", urls.owner)
    with psycopg.connect(urls.admin) as connection:
        rows = connection.execute("select id, decided_at::date::text from investigation order by id")
        found = dict(rows.fetchall())
    assert found == {"approved": "2026-10-05", "cancelled": None, "open": None, "rejected": "2026-10-04"}
