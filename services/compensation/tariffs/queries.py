"""Tariffs as they are shown, and what is known of SKR's recommendations."""

from sqlalchemy import select

from services.compensation.contract.tariffs import YEARS, TariffBody
from services.compensation.model import AdoptedTariff
from services.compensation.tariffs import recommended, table
from services.compensation.tariffs.commands import tariff_view
from services.kernel.contracts import Page
from services.kernel.contracts.faults import NotFound
from services.kernel.contracts.files import MediaType
from services.kernel.contracts.schema import dump
from services.kernel.rows.listing import Listing
from services.kernel.rows.unit import Unit
from services.kernel.work.operations import Answer, paged

_TARIFFS = Listing(select(AdoptedTariff.id), order=(AdoptedTariff.id.desc(),))


def list_tariffs(unit: Unit, page: Page) -> Answer:
    """The municipality's tariffs, the newest year first."""
    found, total = unit.list(_TARIFFS, page, {})
    ids = [one.id for one in found]
    rows = {one.id: one for one in unit.session.scalars(select(AdoptedTariff).where(AdoptedTariff.id.in_(ids)))}
    return paged(({**tariff_view(rows[one]), "id": one} for one in ids), total)


def get_tariff(unit: Unit, year: str) -> Answer:
    """A year's tariff with its versions."""
    tariff = unit.read(AdoptedTariff, year)
    return Answer({**tariff_view(tariff), "versions": tariff.versions}, version_of=tariff)


def get_tariff_table(unit: Unit, year: str) -> Answer:
    """A year's tariff as a table."""
    tariff = unit.read(AdoptedTariff, year)
    said = dump(TariffBody, tariff_view(tariff))
    file = unit.shelf.put([table.of_body(said)], name=f"taxa-{year}.csv", media_type=MediaType.CSV)
    return Answer({}, file=file)


def get_recommended_tariff(unit: Unit, year: str) -> Answer:
    """What is known of SKR's recommendations for a year, as a table."""
    if not year.isdecimal() or int(year) not in range(YEARS[0], YEARS[1] + 1):
        raise NotFound
    content = recommended.written(recommended.figures_of(int(year)))
    return Answer({}, file=unit.shelf.put([content], name=f"skr-{year}.csv", media_type=MediaType.CSV))
