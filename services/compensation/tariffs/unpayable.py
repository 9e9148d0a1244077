"""Why something can not be paid. Whatever is held in a pay run bears one of these reasons."""

import re


class Unpayable(Exception):
    """It can not be said what is to be paid; it is held with this reason until somebody has settled it."""

    @classmethod
    def code(cls) -> str:
        """`LevelNotInTariff` has the code `level_not_in_tariff`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class TariffMissing(Unpayable):
    """The municipality has set no tariff for the year of the month."""


class TariffPartMissing(Unpayable):
    """The year's tariff does not have the part that pays this assignment."""


class LevelNotInTariff(Unpayable):
    """The tariff has no amount for the agreed level."""


class FeeOutsideBand(Unpayable):
    """The agreed fee of a contact person is not within the band of its level."""
