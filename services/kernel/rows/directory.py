"""The tenants: applied to every service's database, as the operator's file states them.

A tenant's data key is made once and is the same in all five databases, so that what one service sealed in an event the
next can open; each database holds it wrapped by the master key.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from services.kernel.basics import clock
from services.kernel.contracts.settings import Declared
from services.kernel.messages.tenants import Tenant
from services.kernel.rows import settings
from services.kernel.secrecy import crypto


class WrongSettings(ValueError):
    """Settings that no service knows, or with values that they can not have: all of them."""


def apply_tenants(
    owner_urls: Mapping[str, str],
    tenants: Sequence[Tenant],
    master_keys: Sequence[bytes],
    *,
    declared: Mapping[str, Declared],
) -> list[str]:
    """Makes every service's database know these tenants, with what each service declares to be set; returns a line per
    change. Twice changes nothing. Raises `WrongSettings` before any change.

    A tenant that is no longer in the file stays: detaching a municipality is a decision of its own. Data keys that an
    older master key wraps are wrapped anew by the first, so that the older one can be given up afterwards.
    """
    problems = [
        f"tenant {tenant.slug}: {problem}"
        for tenant in tenants
        for problem in settings.problems_of(tenant.settings, declared.values())
    ]
    if problems:
        raise WrongSettings("; ".join(problems))
    said: list[str] = []
    with _connected(owner_urls) as connections:
        for tenant in tenants:
            keys = _data_keys(connections.values(), tenant.slug, master_keys)
            for service, connection in connections.items():
                changed = _apply(connection, tenant, keys, master_keys)
                if settings.state(connection, tenant.settings, declared.get(service, {}), clock.now()) or changed:
                    said.append(f"{service}: {tenant.slug} ({tenant.name})")
    return said


def rotate_key(owner_urls: Mapping[str, str], slug: str, master_keys: Sequence[bytes]) -> int:
    """Gives a tenant a new data key in every database and returns its version; what older ones sealed still opens.

    A service learns of it within half a minute; an event that came sooner is retried. When this stops half-way,
    `apply_tenants` brings the new version to the databases that lack it. `KeyError` for a tenant that is not known.
    """
    with _connected(owner_urls) as connections:
        known = [_known_keys(connection, slug, master_keys) for connection in connections.values()]
        if not all(known):
            raise KeyError(slug)
        version = max(max(keys) for keys in known) + 1
        key = crypto.new_key()
        for connection in connections.values():
            _store_key(connection, slug, version, crypto.wrap(master_keys[0], key, tenant=slug))
    return version


@contextmanager
def _connected(owner_urls: Mapping[str, str]) -> "Iterator[dict[str, psycopg.Connection[Any]]]":
    """A transaction in each database; all are committed at the end, one after the other."""
    with ExitStack() as stack:
        yield {service: stack.enter_context(psycopg.connect(url)) for service, url in owner_urls.items()}


def _known_keys(connection: "psycopg.Connection[Any]", slug: str, master_keys: Sequence[bytes]) -> dict[int, bytes]:
    """The versions of the tenant's data key that one database knows. The transaction is the tenant's from here on."""
    connection.execute("select set_config('hemvist.tenant', %s, true)", (slug,))
    rows = connection.execute("select version, wrapped from tenant_key").fetchall()
    return {version: crypto.unwrap(master_keys, bytes(wrapped), tenant=slug) for version, wrapped in rows}


def _data_keys(
    connections: "Iterable[psycopg.Connection[Any]]", slug: str, master_keys: Sequence[bytes]
) -> dict[int, bytes]:
    """All versions of the tenant's data key that any database knows, or a first one."""
    keys: dict[int, bytes] = {}
    for connection in connections:
        keys |= _known_keys(connection, slug, master_keys)
    return keys or {1: crypto.new_key()}


def _store_key(connection: "psycopg.Connection[Any]", slug: str, version: int, wrapped: bytes) -> None:
    connection.execute("select set_config('hemvist.tenant', %s, true)", (slug,))
    connection.execute(
        """insert into tenant_key (version, wrapped) values (%s, %s)
           on conflict (tenant, version) do update set wrapped = excluded.wrapped""",
        (version, wrapped),
    )


def _apply(
    connection: "psycopg.Connection[Any]", tenant: Tenant, keys: dict[int, bytes], master_keys: Sequence[bytes]
) -> bool:
    connection.execute("select set_config('hemvist.tenant', %s, true)", (tenant.slug,))
    known = connection.execute(
        """insert into tenant as t (slug, municipality_code, name, contact)
           values (%(slug)s, %(code)s, %(name)s, %(contact)s)
           on conflict (slug) do update
           set municipality_code = excluded.municipality_code, name = excluded.name, contact = excluded.contact
           where (t.municipality_code, t.name, t.contact)
                 is distinct from (excluded.municipality_code, excluded.name, excluded.contact)""",
        {
            "slug": tenant.slug,
            "code": tenant.municipality_code,
            "name": tenant.name,
            "contact": Jsonb(tenant.contact),
        },
    )
    others = connection.execute(_OTHERS, (tenant.webhook_hosts, Jsonb(tenant.sms) if tenant.sms else None))
    rows = connection.execute("select version, wrapped from tenant_key").fetchall()
    current = {version for version, wrapped in rows if crypto.opens(master_keys[0], bytes(wrapped), tenant=tenant.slug)}
    for version, key in keys.items():
        if version not in current:
            _store_key(connection, tenant.slug, version, crypto.wrap(master_keys[0], key, tenant=tenant.slug))
    return bool(known.rowcount or others.rowcount or set(keys) - current)


_OTHERS = """
    insert into tenant_settings as s (settings, webhook_hosts, sms) values ('{}', %s, %s)
    on conflict (tenant) do update set webhook_hosts = excluded.webhook_hosts, sms = excluded.sms
    where (s.webhook_hosts, s.sms) is distinct from (excluded.webhook_hosts, excluded.sms)
"""
