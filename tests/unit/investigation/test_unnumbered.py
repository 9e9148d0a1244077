"""R11: an adult without a personal number is waited for, and no other one is taken for that one."""

from typing import Any

from services.investigation.homes.unnumbered import joined, without


def a_person(person_id: str, given_name: str = "Bo", **more: Any) -> dict[str, Any]:
    return {"id": person_id, "given_name": given_name, "family_name": "Berg", "relation": "partner", **more}


def ids(people: list[dict[str, Any]]) -> list[str]:
    return [one["id"] for one in people]


BO, SON, EVA = a_person("bo"), a_person("son", relation="adult_child"), a_person("eva", "Eva")


class TestJoined:
    def test_whom_a_form_adds_waits_beside_the_others(self) -> None:
        assert ids(joined([BO], [EVA], known=[])) == ["bo", "eva"]

    def test_who_waits_already_or_is_known_is_not_added(self) -> None:
        again = a_person("again", " bo ")
        assert ids(joined([BO], [again], known=[])) == ["bo"]
        assert joined([], [again], known=[BO]) == []

    def test_a_father_and_a_son_of_one_name_are_two(self) -> None:
        assert ids(joined([], [BO, SON], known=[])) == ["bo", "son"]
        assert ids(joined([], [BO, SON], known=[a_person("known")])) == ["son"]

    def test_nothing_but_who_it_is_is_kept(self) -> None:
        assert joined([], [{**BO, "personal_number": None}], known=[]) == [BO]


class TestWithout:
    def test_whose_number_is_known_waits_no_more_also_under_another_name(self) -> None:
        assert ids(without([BO, EVA], a_person("bo", "Bosse"))) == ["eva"]

    def test_or_one_of_that_name_where_nobody_has_the_id(self) -> None:
        assert ids(without([BO, SON], a_person("new", "BO"))) == ["son"]

    def test_another_ones_number_changes_nothing(self) -> None:
        assert ids(without([BO], a_person("new", "Carl"))) == ["bo"]
