"""Identifiers sort by time; references can be read aloud."""

import re
from uuid import UUID

from services.kernel.basics.ids import new_id, new_reference


class TestNewId:
    def test_it_is_a_uuid_of_version_seven(self) -> None:
        assert UUID(new_id()).version == 7

    def test_they_sort_in_the_order_in_which_they_were_made(self) -> None:
        made = [new_id() for _ in range(2000)]
        assert made == sorted(set(made))


class TestNewReference:
    def test_it_holds_no_sign_that_is_taken_for_another(self) -> None:
        for _ in range(500):
            assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){2}", new_reference())

    def test_no_two_are_alike(self) -> None:
        assert len({new_reference() for _ in range(5000)}) == 5000
