"""What ./hemvist retell understands, and what it refuses."""

import pytest

from deploy.cli.retell import Asked, event_of, place_of, written
from deploy.cli.trouble import Trouble
from services.investigation.contract.events import HOME_APPROVED
from services.kernel.work.retelling import Place


class TestEvent:
    def test_one_that_the_reader_reacts_to_is_found(self) -> None:
        assert event_of(Asked("investigation", "home_approved", "mentorship")) is HOME_APPROVED

    def test_one_that_is_not_told_is_refused_with_those_that_are(self) -> None:
        with pytest.raises(Trouble, match="tells no home_approved") as refused:
            event_of(Asked("intake", "home_approved", "mentorship"))
        assert "application_qualified" in refused.value.then

    def test_a_reader_that_does_not_react_to_it_is_refused_with_those_that_do(self) -> None:
        with pytest.raises(Trouble, match="intake does not react") as refused:
            event_of(Asked("investigation", "home_approved", "intake"))
        assert refused.value.then == "those that do are placement, mentorship, compensation."
        with pytest.raises(Trouble) as nobody:
            event_of(Asked("intake", "contact_overdue", "placement"))
        assert nobody.value.then == "nobody does."


class TestPlace:
    @pytest.mark.parametrize(
        "place",
        [
            Place(tenant="orebro"),
            Place(tenant="orebro", position=1200),
            Place(tenant="orebro", position=1200, row_id="0197-a"),
            Place(tenant="orebro", row_id=""),
        ],
    )
    def test_it_is_read_as_it_was_written(self, place: Place) -> None:
        assert place_of(written(place)) == place

    @pytest.mark.parametrize("text", ["", "orebro", "orebro:", "orebro:x", ":1", "orebro:-1", "orebro:²"])
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(Trouble, match="is no place"):
            place_of(text)
