"""Where a home is taken to be that has no position of its own."""

from pathlib import Path

from services.kernel.basics.geo import Place, distance_km
from services.placement.postcodes.places import Middles, PlaceFrom
from services.vocabulary import centres
from services.vocabulary.centres import centre_of
from tests.unit.placement.factories import MAY_20, make_home

FILE = Path(centres.__file__).with_name("centres.csv")
NORTH, MIDDLE = Place(59.4, 15.1), Place(59.27, 15.21)


class TestMiddles:
    def test_the_postcodes_middle_goes_before_the_municipalitys(self) -> None:
        middles = Middles({"70210": NORTH}, MIDDLE)
        assert middles.of("70210") == (NORTH, PlaceFrom.POSTCODE)
        assert middles.of("70211") == (MIDDLE, PlaceFrom.MUNICIPALITY)
        assert middles.of(None) == (MIDDLE, PlaceFrom.MUNICIPALITY)

    def test_without_either_nobody_knows(self) -> None:
        assert Middles().of("70210")[0] is None


class TestOffer:
    def test_a_position_of_its_own_goes_before_all(self) -> None:
        offer = make_home().offer_from(MAY_20.date(), stays=[], middles=Middles({}, NORTH))
        assert (offer.place, offer.place_from) == (Place(59.27, 15.21), PlaceFrom.ADDRESS)

    def test_without_one_something_stands_in_for_it(self) -> None:
        offer = make_home(position=None).offer_from(MAY_20.date(), stays=[], middles=Middles({}, NORTH))
        assert (offer.place, offer.place_from) == (NORTH, PlaceFrom.MUNICIPALITY)

    def test_a_home_that_is_weeded_has_no_postcode_left(self) -> None:
        home = make_home()
        home.postcode = "70210"
        home.empty(MAY_20)
        assert home.postcode is None


class TestCentres:
    def test_there_is_one_of_each_municipality_in_sweden(self) -> None:
        with FILE.open(encoding="ascii") as rows:
            codes = [row.partition(",")[0] for row in rows][1:]
        assert len(codes) == len(set(codes)) == 290
        assert all(in_sweden(centre_of(code)) for code in codes)

    def test_orebros_is_not_far_from_its_castle_and_of_what_is_no_municipality_there_is_none(self) -> None:
        orebro = centre_of("1880")
        assert orebro is not None
        assert distance_km(orebro, (59.2741, 15.2151)) < 10
        assert centre_of("9999") is None


def in_sweden(place: Place | None) -> bool:
    return place is not None and 55.3 < place.latitude < 69.1 and 10.9 < place.longitude < 24.2
