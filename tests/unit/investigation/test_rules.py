"""R13: what each assignment asks of a home. Age, health and economy are people's assessments: no rule is about them."""

import pytest

from services.investigation.investigations.rules import Demands, Wanted
from services.kernel.basics.geo import Place

OREBRO = Place(59.27, 15.21)
DEMANDS = Demands(near_km=50, centre=OREBRO)
IN_OREBRO, IN_STOCKHOLM = ({"latitude": 59.3, "longitude": 15.3}, {"latitude": 59.33, "longitude": 18.06})


def wanted(*assignments: str, **more: str) -> Wanted:
    return Wanted(assignments=assignments, is_proposed=True, **more)  # type: ignore[arg-type]


class TestExperience:
    def test_a_contracted_emergency_home_shows_earlier_assignments_or_what_compares(self) -> None:
        assert not wanted("contracted_emergency_home").shows_experience
        assert not wanted("contracted_emergency_home", experience="  ").shows_experience
        assert wanted("contracted_emergency_home", experience="Ten years as a family home.").shows_experience

    @pytest.mark.parametrize("assignment", ["family_home", "emergency_home", "contact_person"])
    def test_no_other_home_needs_any(self, assignment: str) -> None:
        assert wanted(assignment).shows_experience

    def test_before_anybody_proposes_it_nobody_can_have_shown_it(self) -> None:
        assert Wanted(assignments=("contracted_emergency_home",)).shows_experience


class TestNearness:
    @pytest.mark.parametrize("assignment", ["contact_family", "contact_person"])
    def test_contact_families_and_persons_live_in_or_near_the_municipality(self, assignment: str) -> None:
        assert wanted(assignment).lives_near(IN_OREBRO, DEMANDS)
        assert not wanted(assignment).lives_near(IN_STOCKHOLM, DEMANDS)

    def test_what_is_not_known_is_not_near(self) -> None:
        assert not wanted("contact_person").lives_near(None, DEMANDS)
        assert not wanted("contact_person").lives_near(IN_OREBRO, Demands(near_km=50, centre=None))

    def test_a_person_may_say_why_it_is_near_enough(self) -> None:
        assert wanted("contact_person", why_near="He works in the town.").lives_near(IN_STOCKHOLM, DEMANDS)

    def test_a_family_home_may_lie_anywhere(self) -> None:
        assert wanted("family_home", "emergency_home").lives_near(IN_STOCKHOLM, DEMANDS)

    def test_how_near_is_near_enough_is_the_municipalitys(self) -> None:
        far = Demands(near_km=200, centre=OREBRO)
        assert wanted("contact_family").lives_near(IN_STOCKHOLM, far)
