"""Everything that is described is asked: what is answered is described, and tells nothing of another municipality."""

import pytest

from deploy.cli.platform import Platform
from tests.fuzz.asking import Found, Plan, fuzz


@pytest.fixture(scope="module")
def found(platform: Platform) -> Found:
    """By few made up requests to each operation; `./hemvist fuzz` makes up more."""
    return fuzz(platform, Plan())


def test_every_answer_is_one_that_is_described_and_of_ones_own_municipality(found: Found) -> None:
    assert found.wrong == {}


def test_nothing_that_is_described_is_left_out_and_most_of_it_is_carried_out(found: Found) -> None:
    assert found.unasked <= {"DELETE /{municipality}/webhooks/{webhook-id}"}
    assert len(found.done) > 180


def test_there_was_something_to_be_told(found: Found) -> None:
    """The other municipality itself reads its words in many places, and has many ids."""
    assert len(found.told) > 80
    assert len(found.secrets.ids) > 100
