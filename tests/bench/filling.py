"""A municipality with as many rows as one likes in every table that a list shows.

Written by the server's administrator in SQL. The rows are such as the services write; a sealed column holds one value,
sealed once for its municipality. They are laid out to be hard on lists: what is overdue comes before what is not, some
statuses have most rows, some few and one none, and one home and one request have a thousand of what they can have: a
home with a new child every week has as many after twenty years.
"""

from collections.abc import Collection
from typing import Any

import orjson
import psycopg

from deploy.cli.platform import Platform
from services.intake.contract.form import SubmitApplication
from services.kernel.basics.environment import Reader
from services.kernel.secrecy import crypto

ANNA = "189001019802"  #: who lives in `home-1`
PERSON = {"given_name": "Anna", "family_name": "Andersson", "personal_number": ANNA, "relation": "applicant"}
CHILD = {"given_name": "Elsa", "family_name": "Ek", "personal_number": "201701012393", "protected_identity": False}
POSITION = {"latitude": 59.27, "longitude": 15.21}
DETAILS = {
    **{name: SubmitApplication.example[name] for name in ("phone", "email", "address", "languages", "wishes")},
    **{name: SubmitApplication.example[name] for name in ("experience", "knows_child", "message")},
    "adults": [{"id": "adult-1", **PERSON}],
    "children_at_home": [{"birth_year": 2015}],
    "household_complete": True,
}
FAMILY_HOME = '{"fee": {"base": "11417.00"}, "cost_percent": {"0-12": {"base": "110"}, "13-19": {"base": "125"}}}'

#: service → its tables with the rows that they get from `n`, the number of a row
ROWS: dict[str, dict[str, str]] = {
    "intake": {
        "application": """
            (id, home_id, reference, kind, status, assignments, protected_identity, received_at, contact_by, reached_at,
            qualified_at, details, heading, version, changed_at)
            select 'application-' || n, 'home-' || n, 'R-' || n, 'form', status, '{family_home}', n % 50 = 0,
            now() - n * interval '1 day',
            current_date + case status when 'received' then -1 - n % 900 else n % 900 end,
            case when status <> 'received' then now() - n * interval '1 day' end,
            case status when 'qualified' then now() - n * interval '1 day' end, %(application.details)s,
            %(application.heading)s, 1, now()
            from (select n, (array['received', 'received', 'contacted', 'qualified', 'declined'])[1 + n % 5]
            as status from numbers) rows""",
    },
    "investigation": {
        "home": """
            (id, languages, household_complete, protected_identity, was_approved, approvals_wait, visit_due,
            checks_expired, open_concerns, details, version, changed_at)
            select 'home-' || n, '{sv}', true, n % 50 = 0, true, false, false, false, 0, %(investigation.details)s, 1,
            now() from numbers""",
        "investigation": """
            (id, kind, application_id, home_id, status, assignments, visits, opened_at, decided_at, version, changed_at)
            select 'investigation-' || n, 'application', 'application-' || n, 'home-' || n,
            (array['approved', 'approved', 'open', 'proposed', 'rejected'])[1 + n % 5], '{family_home}', false,
            now() - n * interval '1 hour', case when n % 5 in (0, 1, 4) then now() - (n - 1) * interval '1 hour' end,
            1, now() from numbers""",
        "concern": """
            (id, home_id, status, report, reported_by, reported_at, settlement, settled_by, settled_at, version,
            changed_at)
            select 'concern-' || n, 'home-' || case when n % 5 = 0 then 1 else n end,
            (array['open', 'settled', 'settled', 'settled'])[1 + n % 4], %(concern.report)s, 'karin',
            now() - n * interval '1 hour', null, 'ivar', now(), 1, now() from numbers""",
        "adult": """
            (id, home_id, person, lookup, came_at, is_cleared)
            select 'adult-' || n, 'home-' || n, %(adult.person)s, decode(md5(n::text), 'hex'), now(), true
            from numbers""",
        "approval": """
            (id, investigation_id, home_id, assignments, age_from, age_to, places, texts, decided_on, valid_until,
            standing)
            select 'approval-' || n, 'investigation-' || n, 'home-' || n, '{family_home}', 0, 12, 2, %(approval.texts)s,
            current_date - 400, current_date - 100 + n % 800, 'stands' from numbers""",
        "staff_member": """
            (id, actor, is_protected, version, changed_at)
            select 'staff-' || n, 'worker-' || n, true, 1, now() from numbers""",
    },
    "placement": {
        "home": """
            (id, position, languages, protected_identity, version, changed_at)
            select 'home-' || n, %(home.position)s, '{sv}', n % 50 = 0, 1, now() from numbers""",
        "home_adult": """
            (id, home_id, rank, person, lookup)
            select 'adult-' || n, 'home-' || n, 0, %(home_adult.person)s,
            case n when 1 then %(anna)s::bytea else decode(md5(n::text), 'hex') end from numbers""",
        "approval": """
            (id, home_id, assignments, age_from, age_to, places, conditions, decided_on, valid_until)
            select 'approval-' || n, 'home-' || n, '{family_home}', 0, 12, 2, %(approval.conditions)s,
            current_date - 400, current_date + 400 from numbers""",
        "placement_request": """
            (id, assignment, status, person, lookup, needed_from, urgent, languages, needs, opened_at, opened_by,
            version, changed_at)
            select 'request-' || n, 'family_home', (array['placed', 'placed', 'placed', 'open'])[1 + n % 4],
            %(placement_request.person)s, decode(md5(n::text), 'hex'), current_date - n % 900, n % 10 = 0, '{sv}',
            %(placement_request.needs)s, now(), 'karin', 1, now() from numbers""",
        "inquiry": """
            (id, placement_request_id, home_id, assignment, message, answer_by, status, sent_at, sent_by, version,
            changed_at)
            select 'inquiry-' || n, 'request-' || case when n % 5 = 0 and n <= 5000 then 1 else n end,
            'home-' || case when n % 5 = 1 and n <= 5000 then 1 else n end, 'family_home', %(inquiry.message)s, now(),
            (array['declined', 'declined', 'accepted', 'sent'])[1 + n % 4], now() - n * interval '1 minute', 'karin',
            1, now() from numbers""",
        "placement": """
            (id, placement_request_id, home_id, approval_id, assignment, starts_on, ends_on, started_by, version,
            changed_at)
            select 'placement-' || n, 'request-' || n,
            'home-' || case when n % 5 = 1 and n <= 5000 then 1 else n end, 'approval-' || n, 'family_home',
            current_date - n % 900, case n % 5 when 1 then current_date - n % 900 end, 'karin', 1, now()
            from numbers""",
        "visit": """
            (id, placement_id, placement_request_id, home_id, assignment, starts_on, ends_on, month, half_first_day,
            half_last_day, note, status, reported_at, reported_by, reported_by_home, confirm_by, corrected, version,
            changed_at)
            select 'visit-' || n, 'placement-' || case when n % 5 = 0 and n <= 5000 then 1 else n end, 'request-' || n,
            'home-' || case when n % 5 = 1 and n <= 5000 then 1 else n end, 'contact_family',
            date '2024-01-01' + n % 900, date '2024-01-01' + n % 900,
            to_char(date '2024-01-01' + n % 900, 'YYYY-MM'), false, false, %(visit.note)s,
            (array['confirmed', 'confirmed', 'confirmed', 'reported'])[1 + n % 4], now(), 'anna', true, current_date,
            false, 1, now() from numbers""",
        "informal_stay": """
            (id, person, lookup, lives_with, since, decision_due_on, noted_at, noted_by, outcome, version, changed_at)
            select 'stay-' || n, %(informal_stay.person)s, decode(md5(n::text), 'hex'), %(informal_stay.lives_with)s,
            current_date - n % 900, current_date + 30 - n % 900, now(), 'karin',
            (array['decided', 'moved_back', null, 'no_need'])[1 + n % 4], 1, now() from numbers""",
    },
    "mentorship": {
        "home": """
            (id, approval_id, decided_on, protected_identity, position)
            select 'home-' || n, 'approval-' || n, current_date, n % 50 = 0, %(home.position)s from numbers""",
        "adult": """
            (id, home_id, lookup)
            select 'adult-' || n, 'home-' || n,
            case n when 1 then %(anna)s::bytea else decode(md5(n::text), 'hex') end from numbers""",
        "mentor": """
            (id, home_id, capacity, paused, version, changed_at)
            select 'mentor-' || n, 'home-' || n, 10, false, 1, now() from numbers""",
        "mentorship": """
            (id, home_id, mentor_id, status, created_at, version, changed_at)
            select 'mentorship-' || n, 'home-' || case when n % 5 = 1 and n <= 5000 then 1 else n end, 'mentor-' || n,
            (array['accepted', 'declined', 'offered', 'accepted', 'accepted'])[1 + n % 5],
            now() - n * interval '1 hour', 1, now() from numbers""",
        "contact": """
            (id, mentorship_id, "on", way, part_of_day, minutes, follow_up, created_at)
            select 'contact-' || n, 'mentorship-1', current_date - n % 900, 'phone', 'evening', 30, false, now()
            from numbers""",
        "gathering": """
            (id, kind, title, place, starts_at, ends_at, answer_by, seats_adults, seats_children, taken_adults,
            taken_children, status, is_joint, planned_by, told_rounds, told_to, version, changed_at)
            select 'gathering-' || n, 'outing', 'Skansen', 'Stora entrén', now() - n * interval '1 hour', now(), now(),
            100, 100, 0, 0, (array['planned', 'planned', 'planned', 'cancelled'])[1 + n % 4], false, 'karin', 0, '{}',
            1, now() from numbers""",
        "invitation": """
            (id, gathering_id, home_id, status, adults, children, needs, created_at, told_rounds, version, changed_at)
            select 'invitation-' || n, 'gathering-1', 'home-' || n,
            (array['coming', 'coming', 'invited', 'not_coming', 'waiting'])[1 + n % 5], 2, 2, '{}', now(), 0, 1, now()
            from numbers""",
        "respite_request": """
            (id, home_id, starts_on, ends_on, children, age_from, age_to, status, created_at, version, changed_at)
            select 'respite-' || n, 'home-' || case when n % 5 = 1 and n <= 5000 then 1 else n end,
            current_date - n % 900, current_date - n % 900 + 2, 1, 7, 7,
            (array['done', 'done', 'done', 'asked', 'cancelled'])[1 + n % 5], now() - n * interval '1 minute', 1, now()
            from numbers""",
        "course": """
            (id, kind, title, starts_at, ends_at, later, seats, taken, for_assignments, status, planned_by, version,
            changed_at)
            select 'course-' || n, (array['course', 'course', 'theme_day', 'supervision'])[1 + n % 4], 'Grunder',
            now() - n * interval '1 hour', now(), '[]', 20, 0, '{}', 'planned', 'karin', 1, now() from numbers""",
        "enrolment": """
            (id, course_id, home_id, adults, status, attended_on, created_at, version, changed_at)
            select 'enrolment-' || n, 'course-1', 'home-' || n, 1, 'enrolled', '{}', now(), 1, now() from numbers""",
        "thread": """
            (id, home_id, kind, subject, status, created_at, last_at, has_team, version, changed_at)
            select 'thread-' || n, 'home-' || case when n % 5 = 1 and n <= 5000 then 1 else n end,
            (array['question', 'question', 'purchase_wish', 'absence'])[1 + n % 4], %(thread.subject)s,
            (array['open', 'closed', 'closed'])[1 + n % 3], now(), now() - n * interval '1 minute', false, 1, now()
            from numbers""",
        "message": """
            (id, thread_id, at, by_home, author, text)
            select 'message-' || n, 'thread-' || n, now() - n * interval '1 minute', true, 'user', %(message.text)s
            from numbers""",
    },
    "compensation": {
        "tariff": """
            (id, price_base_amount, source, adopted_on, family_home, part_month, arrival_day_counts,
            departure_day_counts, birthday_rule, parts, number, version, changed_at)
            select 1999 + n, 57300, 'SKR', current_date, %(family_home)s::jsonb, 'calendar_days', true, true,
            'same_day', '{}', 1, 1, now() from numbers where n <= 100""",
        "placement": """
            (id, home_id, assignment, birth_date, adult_ids, starts_on)
            select 'placement-' || n, 'home-' || case when n % 5 = 1 and n <= 5000 then 1 else n end, 'family_home',
            %(placement.birth_date)s, '{adult-1}', current_date - n % 900 from numbers""",
        "agreement": """
            (id, home_id, placement_id, kind, status, starts_on, fee_level, cost_level, payee_adult_id, version,
            changed_at)
            select 'agreement-' || n, 'home-' || case when n % 5 = 1 and n <= 5000 then 1 else n end,
            'placement-' || n, 'placement', case n % 4 when 0 then 'draft' else 'signed' end, current_date - n % 900,
            'base', 'base', 'adult-1', 1, now() from numbers""",
        "pay_run": """
            (id, month, status, expected, paid, held, total, outdated, computed_by, computed_at, version, changed_at)
            select 'run-' || n, '20' || lpad((n % 90)::text, 2, '0') || '-01',
            case n when 1 then 'computed' else 'discarded' end, 0, 0, 0, 0, false, 'anna', now(), 1, now()
            from numbers""",
        "pay_run_line": """
            (id, pay_run_id, agreement_id, home_id, payee_adult_id, kind, period_from, period_to, quantity, unit_amount,
            amount, taxable, explanation)
            select 'line-' || n, 'run-1', 'agreement-' || n, 'home-' || n, 'adult-1', 'fee', current_date, current_date,
            1, 11417, 11417, true, 'The whole month.' from numbers""",
        "recovery": """
            (id, pay_run_id, home_id, amount, recovered, payee_adult_id, status, version, changed_at)
            select 'recovery-' || n, 'run-1', 'home-' || case when n % 5 = 0 then 1 else n end, 1000, 0, 'adult-1',
            (array['open', 'proposed', 'decided', 'waived', 'settled'])[1 + n % 5], 1, now() from numbers""",
        "claim": """
            (id, home_id, payee_adult_id, kind, status, amount, period_from, period_to, made_by, made_at, version,
            changed_at)
            select 'claim-' || n, 'home-' || case when n % 5 = 0 then 1 else n end, 'adult-1', 'receipt',
            (array['waiting', 'approved', 'declined', 'paid', 'paid'])[1 + n % 5], 499, current_date, current_date,
            'anna', now(), 1, now() from numbers""",
        "leave": """
            (id, agreement_id, home_id, starts_on, ends_on, days, taken_by, version, changed_at)
            select 'leave-' || n, 'agreement-' || n, 'home-' || case when n % 5 = 0 then 1 else n end, current_date,
            current_date, 1, 'anna', 1, now() from numbers""",
        "export_layout": """
            (id, layout, version, changed_at)
            select 'layout-' || n, '{"format": "fixed"}', 1, now() from numbers""",
        "pay_code": """
            (id, wage_type, version, changed_at)
            select (array['fee', 'purchase', 'mileage'])[n], '7101', 1, now() from numbers where n <= 3""",
    },
}
#: sealed columns by their purpose; each table's own
SEALED: dict[str, Any] = {
    "application.details": DETAILS,
    "application.heading": {"name": "Anna Andersson", "locality": "Örebro"},
    "concern.report": {"kind": "care", "source": "staff", "text": "Something."},
    "investigation.details": {"position": POSITION, "children_birth_years": [2015]},
    "adult.person": PERSON,
    "approval.texts": {"child_name": None, "conditions": ""},
    "home.position": POSITION,
    "home_adult.person": PERSON,
    "approval.conditions": "Not beside a dog.",
    "placement_request.person": CHILD,
    "placement_request.needs": "Quiet evenings.",
    "inquiry.message": "Could you take in a girl of nine?",
    "placement.birth_date": "2017-01-01",
    "thread.subject": "Vintercykel",
    "message.text": "Kan vi köpa en cykel?",
    "visit.note": "",
    "informal_stay.person": CHILD,
    "informal_stay.lives_with": "The grandmother.",
}


def fill(platform: Platform, municipality: str, rows: int, services: Collection[str] = tuple(ROWS)) -> None:
    """Gives a municipality so many rows in each table; a service in which it has any is left as it is."""
    server = platform.admin_database_url.rpartition("/")[0]
    for service, tables in ((one, ROWS[one]) for one in services):
        with psycopg.connect(f"{server}/hemvist_{service}", autocommit=True) as connection:
            connection.execute("select set_config('hemvist.tenant', %s, false)", (municipality,))
            filled = f"select 1 from {next(iter(tables))} where tenant = current_tenant() limit 1"
            if connection.execute(filled).fetchone():
                continue
            # Of the rows made here each refers to one that is there; to look for each takes most of the time.
            connection.execute("set session_replication_role = replica")
            values = _values(platform, connection, municipality)
            with connection.transaction():
                for table, statement in tables.items():
                    numbers = f"with numbers as (select n from generate_series(1, {rows}) n)"
                    made = f"{numbers} insert into {table} {statement}".replace(" % ", " %% ")
                    connection.execute(made, values)
            connection.execute("vacuum analyze")


def _values(platform: Platform, connection: "psycopg.Connection[Any]", municipality: str) -> dict[str, Any]:
    """What the statements name: sealed columns, look-ups, and a tariff's amounts."""
    keyring = keyring_of(platform, connection, municipality)
    sealed = {purpose: keyring.seal(orjson.dumps(value), purpose) for purpose, value in SEALED.items()}
    return {**sealed, "anna": keyring.lookup(ANNA, crypto.Purpose.PERSONAL_NUMBER), "family_home": FAMILY_HOME}


def keyring_of(platform: Platform, connection: "psycopg.Connection[Any]", municipality: str) -> crypto.Keyring:
    """A municipality's keys, as the connection's database has them."""
    master_keys = Reader({"HEMVIST_MASTER_KEYS": platform.secrets.master_keys}).master_keys()
    wrapped = connection.execute("select version, wrapped from tenant_key where tenant = current_tenant()").fetchall()
    keys = {version: crypto.unwrap(master_keys, key, tenant=municipality) for version, key in wrapped}
    return crypto.Keyring(municipality, keys)
