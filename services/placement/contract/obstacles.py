"""What refuses that somebody comes to a home: one refusal for each obstacle of matching."""

from services.kernel.contracts import Fault


class NoValidApproval(Fault):
    """The home has no approval for the assignment that is valid on the first day."""


class StartsBeforeApproval(Fault):
    """A placement can not start before the day on which the home's approval was decided."""


class ApprovedForAnotherChild(Fault):
    """The home is approved for another, named child only."""


class ApprovalWaits(Fault):
    """The home's household has changed, or a check has run out: its approvals wait until that has been looked at."""


class AgeOutsideApproval(Fault):
    """The person's age on the first day is outside what the home is approved for."""


class ApprovalSuspended(Fault):
    """The home's approval for the assignment is suspended."""


class OutgrowsApproval(Fault):
    """The person will be older than the home is approved for before the need is likely to end."""


class SiblingsDoNotFit(Fault):
    """The siblings are to stay together, and the home has not so many free places."""


class HomeNotAvailable(Fault):
    """The home has said that it has no place then: it says so anew, or somebody does for it, before it is chosen."""


class HostNotConsulted(Fault):
    """The home lies in another municipality, which has not been informed and consulted (SoL 22:6)."""


class OutsideContract(Fault):
    """The contract of the contracted emergency home does not hold then, or is for other ages."""


class TooNear(Fault):
    """The home is too near to a place from which the person has to be kept away."""


class NoFreePlace(Fault):
    """Every place of the home is taken or promised on some day from the first day on."""


class PersonOfTheHome(Fault):
    """The person is one of the home's own adults, and is not placed there."""


#: What stands in a home's way, whoever comes, or goes on there after it was over.
OBSTACLES: tuple[type[Fault], ...] = (
    NoValidApproval,
    StartsBeforeApproval,
    ApprovedForAnotherChild,
    ApprovalWaits,
    AgeOutsideApproval,
    ApprovalSuspended,
    OutgrowsApproval,
    SiblingsDoNotFit,
    HomeNotAvailable,
    HostNotConsulted,
    TooNear,
    OutsideContract,
    NoFreePlace,
    PersonOfTheHome,
)
