"""Distances between positions, against arcs of the mean earth (radius 6371.0088 km) worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.basics.geo import Place, distance_km

places = st.builds(
    Place,
    latitude=st.floats(min_value=-90, max_value=90),
    longitude=st.floats(min_value=-180, max_value=180),
)


class TestDistance:
    def test_one_degree_of_latitude_is_111_2_km(self) -> None:
        # 6371.0088 x pi / 180 = 111.195
        assert distance_km(Place(59, 15), Place(60, 15)) == pytest.approx(111.195, abs=0.001)

    def test_one_degree_of_longitude_at_60_north_is_half_of_that(self) -> None:
        # 2 x 6371.0088 x arcsin(cos 60 x sin 0.5) = 12742.0176 x 0.00436328 = 55.597
        assert distance_km(Place(60, 15), Place(60, 16)) == pytest.approx(55.597, abs=0.001)

    def test_from_the_equator_to_the_pole_is_a_quarter_of_the_circumference(self) -> None:
        # 6371.0088 x pi / 2 = 10007.557
        assert distance_km(Place(0, 0), Place(90, 0)) == pytest.approx(10007.557, abs=0.001)

    def test_opposite_points_are_half_of_the_circumference_apart(self) -> None:
        assert distance_km(Place(0, 0), Place(0, 180)) == pytest.approx(20015.114, abs=0.001)

    def test_the_short_way_is_taken_over_the_date_line(self) -> None:
        assert distance_km(Place(0, 179.5), Place(0, -179.5)) == pytest.approx(111.195, abs=0.001)

    @given(places)
    def test_a_place_is_no_distance_from_itself(self, place: Place) -> None:
        assert distance_km(place, place) == 0

    @given(places, places)
    def test_there_is_as_far_as_back_and_never_more_than_half_way_around(self, here: Place, there: Place) -> None:
        assert distance_km(here, there) == pytest.approx(distance_km(there, here), abs=1e-6)
        assert 0 <= distance_km(here, there) < 20015.12

    @given(places, places, places)
    def test_a_detour_is_never_shorter(self, start: Place, halfway: Place, end: Place) -> None:
        assert distance_km(start, end) <= distance_km(start, halfway) + distance_km(halfway, end) + 1e-3
