"""After the rules were mended, the homes that they concern are looked at back in time, once."""

import psycopg

from deploy.cli.platform import Platform
from services.kernel.rows.migration import running
from tests.conftest import fresh_database

HOMES = """
    insert into placement (tenant, id, home_id, assignment, birth_date, adult_ids, starts_on)
        select 'orebro', kind, 'home-' || kind, assignment, '', '{}', '2024-04-01' from (values
            ('child', 'family_home'), ('study', 'family_home'), ('none', 'family_home'), ('contact', 'contact_person')
        ) of (kind, assignment);
    insert into agreement (tenant, id, home_id, placement_id, kind, status, starts_on, fee_level, cost_level, version,
            changed_at)
        select tenant, id, home_id, id, 'placement', 'signed', starts_on, 'base', 'base', 1, now() from placement;
    insert into agreement_terms (tenant, id, agreement_id, number, since, terms, payee_ids, is_agreed)
        select tenant, id, id, 0, starts_on, jsonb_build_object('allowance',
            case when id in ('child', 'study') then jsonb_build_object('kind', id) end), '{}', true from agreement;
    delete from pay_change
"""


def test_homes_with_a_child_allowance_and_those_that_are_paid_by_reports_are_noted(servers: Platform) -> None:
    urls = fresh_database(servers, "compensation", "test_compensation_look_back")
    running.downgrade("compensation", urls.owner, "0021")
    with psycopg.connect(urls.admin) as connection:
        connection.execute(HOMES)
    running.upgrade("compensation", urls.owner)
    with psycopg.connect(urls.admin) as connection:
        noted = connection.execute("select tenant, home_id, taken from pay_change order by home_id").fetchall()
    assert noted == [("orebro", "home-child", False), ("orebro", "home-contact", False)]
