"""Who rests, and for how long."""

from services.kernel.basics.rests import Rests


def test_who_rests_does_so_until_its_instant_and_then_no_more() -> None:
    rests = Rests()
    rests.begin("orebro", 10.5)
    rests.begin("vasteras", 11.0)
    assert rests.now(10.0) == {"orebro", "vasteras"}
    assert rests.now(10.5) == {"vasteras"}
    assert rests.now(11.0) == set()


def test_the_longer_of_two_rests_holds() -> None:
    rests = Rests()
    rests.begin("orebro", 12.0)
    rests.begin("orebro", 11.0)
    assert rests.now(11.5) == {"orebro"}


def test_it_says_when_the_first_has_rested_and_no_later_than_asked() -> None:
    rests = Rests()
    assert rests.left(10.0, 5.0) == 5.0
    rests.begin("orebro", 12.0)
    rests.begin("vasteras", 11.0)
    assert rests.left(10.0, 5.0) == 1.0
    assert rests.left(10.0, 0.25) == 0.25
    assert rests.left(20.0, 5.0) == 0.0
