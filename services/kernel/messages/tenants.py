"""The municipalities as the operator states them: `tenants.toml`."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from services.kernel.messages import sms_providers
from services.kernel.messages.addresses import is_host


@dataclass(frozen=True, slots=True)
class Login:
    """A provider of identities, and which roles its tokens may carry: None for whichever they say."""

    name: str  #: by which its keys are known
    provider: Mapping[str, Any]
    roles: frozenset[str] | None

    def of_these(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Those that its tokens may carry."""
        return tuple(role for role in roles if self.allows(role))

    def allows(self, role: str) -> bool:
        return self.roles is None or role in self.roles


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One municipality (or one board of it) as `tenants.toml` states it."""

    slug: str
    municipality_code: str  #: four digits, Statistics Sweden's kommunkod
    name: str
    contact: dict[str, str] = field(default_factory=dict)
    identity_provider: dict[str, Any] = field(default_factory=dict)
    residents_provider: dict[str, Any] = field(default_factory=dict)  #: where residents log in elsewhere than staff
    settings: dict[str, Any] = field(default_factory=dict)  #: by their whole names: `intake.contact_days`
    webhook_hosts: list[str] = field(default_factory=list)  #: where webhooks may lead: `diary.orebro.example:443`
    sms: dict[str, Any] = field(default_factory=dict)  #: how its provider of SMS is asked: `sms_providers.wrong_with`

    @property
    def logins(self) -> list[Login]:
        """Where its people log in. What a provider may carry is what the file says (the profile's SAK.10, SAK.18)."""
        own = Login(self.slug, self.identity_provider, _roles(self.identity_provider))
        if not self.residents_provider:
            return [own]
        residents = _roles(self.residents_provider) or FOR_RESIDENTS
        return [own, Login(f"{self.slug}.residents", self.residents_provider, residents)]


FOR_RESIDENTS = frozenset({"home"})  #: what a residents' login may carry unless the file says otherwise


def _roles(provider: Mapping[str, Any]) -> frozenset[str] | None:
    return frozenset(provider["roles"]) if "roles" in provider else None


def read_tenants(path: Path) -> list[Tenant]:
    """The tenants of the file; `ValueError` with every problem when it does not hold together."""
    with path.open("rb") as file:
        entries = tomllib.load(file).get("tenant", [])
    if not isinstance(entries, list):
        raise ValueError("tenant must be a list of tables: [[tenant]]")  # noqa: TRY004  # it is the file that is wrong
    problems: list[str] = []
    tenants: list[Tenant] = []
    for number, entry in enumerate(entries, 1):
        try:
            tenant = Tenant(**entry)
        except TypeError as problem:
            problems.append(f"tenant {number}: {problem}")
            continue
        misshapen = _misshapen(tenant)
        if misshapen:
            problems += [f"tenant {number}: {problem}" for problem in misshapen]
            continue
        named = list(_by_whole_names(tenant.settings))
        twice = _twice(name for name, _ in named)
        problems += [f"tenant {tenant.slug}: setting {name} is given twice" for name in twice]
        tenant = replace(tenant, settings=dict(named))
        if (
            not tenant.slug.replace("-", "").isalnum()
            or tenant.slug != tenant.slug.lower()
            or not tenant.slug.isascii()
        ):
            problems.append(f"tenant {number}: slug must be lower-case letters, digits and hyphens")
        if not re.fullmatch("[0-9]{4}", tenant.municipality_code):
            problems.append(f"tenant {tenant.slug}: municipality_code must be four digits")
        problems += [f"tenant {tenant.slug}: {problem}" for problem in _wrong_logins(tenant)]
        if tenant.sms and (wrong := sms_providers.wrong_with(tenant.sms)):
            problems.append(f"tenant {tenant.slug}: {wrong}")
        tenants.append(tenant)
    problems += [f"slug {slug} is given twice" for slug in _twice(tenant.slug for tenant in tenants)]
    if problems:
        raise ValueError("; ".join(problems))
    return tenants


def _misshapen(tenant: Tenant) -> list[str]:
    """Every value that is of another kind than the file's values are (a code without quotes is a number)."""
    texts = [name for name in ("slug", "municipality_code", "name") if not isinstance(getattr(tenant, name), str)]
    tables = ("contact", "identity_provider", "residents_provider", "settings", "sms")
    others = [name for name in tables if not isinstance(getattr(tenant, name), dict)]
    hosts = tenant.webhook_hosts if isinstance(tenant.webhook_hosts, list) else [None]
    return (
        [f"{name} must be text" for name in texts]
        + [f"{name} must be a table" for name in others]
        + ["webhook_hosts must be a list of hosts" for host in hosts if not (isinstance(host, str) and is_host(host))]
    )


def _wrong_logins(tenant: Tenant) -> Iterator[str]:
    """What is wrong with how its people log in. Two logins are told apart by their issuers, and by what they may
    carry: a home's own user must not be made by whoever makes staff."""
    given = {"identity_provider": tenant.identity_provider}
    if tenant.residents_provider:
        given["residents_provider"] = tenant.residents_provider
    for name, provider in given.items():
        if provider.get("kind") not in {"development", "oidc", "jwks"}:
            yield f"{name}.kind must be development, oidc or jwks"
        roles = provider.get("roles", [])
        if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
            yield f"{name}.roles must be a list of texts"
    if len(given) == 2:  # both of them
        if "roles" not in tenant.identity_provider:
            yield "identity_provider.roles must say what staff may be, beside a residents_provider"
        issuers = [provider.get("issuer") for provider in given.values()]
        if issuers[0] is not None and issuers[0] == issuers[1]:
            yield "identity_provider and residents_provider have the same issuer"


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _by_whole_names(stated: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """`intake.contact_days = 21` is a table in a table, unless its name is written in quotes."""
    for name, value in stated.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{below}", one) for below, one in value.items())
        else:
            yield name, value
