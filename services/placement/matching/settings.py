"""How a municipality weighs, as its settings say."""

from services.kernel.rows.unit import Unit
from services.placement.matching.points import Weights


def weights_of(unit: Unit) -> Weights:
    """How much each thing counts in this municipality."""
    return Weights(
        network=unit.settings.weight_network,
        siblings=unit.settings.weight_siblings,
        distance=unit.settings.weight_distance,
        language=unit.settings.weight_language,
        school=unit.settings.weight_school,
        experience=unit.settings.weight_experience,
        rotation=unit.settings.weight_rotation,
        reach_km=unit.settings.reach_km,
    ).scaled()
