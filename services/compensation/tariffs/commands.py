"""Setting a municipality's tariff: of a new year, anew, or as a correction that another person confirms."""

import re
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.dialects import postgresql

from services.compensation.contract.pay_runs import RunStatus
from services.compensation.contract.tariffs import (
    TARIFF_REASON,
    TARIFF_YEAR,
    YEARS,
    SetTariff,
    TariffBody,
    TariffChangeNotWaiting,
)
from services.compensation.model import AdoptedTariff, PayRun, TariffVersion, VersionStatus
from services.compensation.tariffs.table import body_of
from services.kernel.contracts.faults import AlreadyExists
from services.kernel.contracts.files import SentFile
from services.kernel.contracts.schema import dump, load
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer

_YEAR = re.compile("[0-9]{4}")


def set_tariff(unit: Unit, year: str, body: dict[str, Any]) -> Answer:
    """Creates or replaces the tariff of a year; corrects one that a pay run has used."""
    if not (_YEAR.fullmatch(year) and YEARS[0] <= int(year) <= YEARS[1]):
        raise TARIFF_YEAR.refusal("/year", first=YEARS[0], last=YEARS[1])
    tariff = unit.session.scalars(select(AdoptedTariff).where(AdoptedTariff.id == year).with_for_update()).one_or_none()
    unit.match(tariff)
    reason = body.get("reason", "").strip()
    said = dump(TariffBody, body)
    if tariff is None:
        adopted = _adopt(unit, year, said, reason)
        return Answer(tariff_view(adopted), version_of=adopted)
    is_used = _is_used(unit, year)
    if is_used and not reason:
        raise TARIFF_REASON.refusal("/reason")
    version = _propose(unit, tariff, said, reason)
    if is_used:
        tariff.touch(unit.now)
        return Answer({**_version(version), "year": tariff.year}, version_of=tariff, waits=True)
    tariff.take(version, at=unit.now)
    return Answer(tariff_view(tariff), version_of=tariff)


def load_tariff(unit: Unit, year: str, file: SentFile) -> Answer:
    """The same from a table. It is not kept: nothing refers to it, and it is swept."""
    return set_tariff(unit, year, load(SetTariff, body_of(unit.shelf.read(file), file.charset)))


def confirm_tariff(unit: Unit, tariff_change_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Has a version that another person has set in force. What was paid by the one before is corrected from now on."""
    year = unit.read(TariffVersion, tariff_change_id).year
    tariff = unit.lock(AdoptedTariff, year)
    version = unit.lock(TariffVersion, tariff_change_id)
    if version.status != VersionStatus.WAITING:
        raise TariffChangeNotWaiting
    tariff.confirm(version, by=unit.actor, at=unit.now)
    return Answer(tariff_view(tariff), version_of=tariff)


def tariff_view(tariff: AdoptedTariff) -> dict[str, Any]:
    """A tariff as it was set, with its year and the number of its version."""
    said = load(TariffBody, _as_sent(tariff.body))
    return {**said, "year": tariff.year, "number": tariff.number}


def _as_sent(body: dict[str, Any]) -> dict[str, Any]:
    """Columns that are no JSON, as the interface writes them."""
    amount = f"{body['price_base_amount']:.2f}" if not isinstance(body["price_base_amount"], str) else None
    return {
        **body,
        "price_base_amount": amount or body["price_base_amount"],
        "adopted_on": body["adopted_on"] if isinstance(body["adopted_on"], str) else body["adopted_on"].isoformat(),
    }


def _version(version: TariffVersion) -> dict[str, Any]:
    names = ("id", "number", "status", "reason", "set_by", "set_at", "confirmed_by", "confirmed_at")
    return {name: getattr(version, name) for name in names}


def _is_used(unit: Unit, year: str) -> bool:
    """Whether a pay run of the year has been approved."""
    used = exists().where(PayRun.month.startswith(f"{year}-"), PayRun.status == RunStatus.APPROVED)
    return bool(unit.session.scalar(select(used)))


def _propose(unit: Unit, tariff: AdoptedTariff, body: dict[str, Any], reason: str) -> TariffVersion:
    number = 1 + max((one.number for one in tariff.versions), default=0)
    for one in tariff.versions:
        if one.status == VersionStatus.WAITING:
            one.status = VersionStatus.REPLACED
    version = TariffVersion(
        id=f"{tariff.id}-{number}",
        year=tariff.id,
        number=number,
        body=body,
        reason=reason,
        status=VersionStatus.WAITING,
        set_by=unit.actor,
        set_at=unit.now,
    )
    tariff.versions.append(version)
    return version


def _adopt(unit: Unit, year: str, body: dict[str, Any], reason: str) -> AdoptedTariff:
    """The year's first tariff. Of two at once the second finds it there, as it would have a moment later."""
    made = AdoptedTariff(id=year, number=1)
    made.set(body)
    names = [column.key for column in AdoptedTariff.__table__.columns if column.key not in ("tenant", "changed_at")]
    columns = {name: getattr(made, name) for name in names} | {"version": 1, "changed_at": unit.now}
    adopted = unit.session.scalars(
        postgresql.insert(AdoptedTariff).values(**columns).on_conflict_do_nothing().returning(AdoptedTariff)
    ).one_or_none()
    if adopted is None:
        raise AlreadyExists
    _propose(unit, adopted, body, reason).status = VersionStatus.IN_FORCE
    return adopted
