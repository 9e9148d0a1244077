"""Of the homes that were known before it is worked out until when somebody lives there."""

from datetime import date

import psycopg

from deploy.cli.platform import Platform
from services.kernel.rows.migration import running
from tests.conftest import fresh_database

HOMES = """
    insert into home (tenant, id, protected_identity, lived_in_since)
        select 'orebro', id, false, since::date from (values ('goes_on', '2024-04-01'), ('ended', '2024-04-01'),
            ('weeded', '2020-04-01'), ('nobody_came', '2026-04-01'), ('visits', null)) of (id, since);
    insert into support (tenant, id, home_id, request_id, assignment, starts_on, ends_on, broke_down)
        select 'orebro', home_id || starts_on, home_id, '', assignment, starts_on::date, ends_on::date, false
        from (values
            ('goes_on', 'family_home', '2024-04-01', '2024-05-31'), ('goes_on', 'emergency_home', '2024-06-01', null),
            ('ended', 'family_home', '2024-04-01', '2025-01-31'), ('ended', 'contact_family', '2024-05-01', null),
            ('nobody_came', 'family_home', '2026-04-01', '2026-03-31'), ('visits', 'contact_family', '2024-05-01', null)
        ) of (home_id, assignment, starts_on, ends_on);
"""


def test_until_the_last_day_of_the_last_stay_and_no_longer_where_none_is_known_any_more(servers: Platform) -> None:
    urls = fresh_database(servers, "mentorship", "test_mentorship_until")
    running.downgrade("mentorship", urls.owner, "0025")
    with psycopg.connect(urls.admin) as connection:
        connection.execute(HOMES)
    running.upgrade("mentorship", urls.owner)
    with psycopg.connect(urls.admin) as connection:
        found = connection.execute("select id, lived_in_since, lived_in_until from home").fetchall()
    assert {home: (since, until) for home, since, until in found} == {
        "goes_on": (date(2024, 4, 1), None),
        "ended": (date(2024, 4, 1), date(2025, 1, 31)),
        "weeded": (date(2020, 4, 1), date(2020, 4, 1)),
        "nobody_came": (date(2026, 4, 1), date(2026, 4, 1)),
        "visits": (None, None),
    }
