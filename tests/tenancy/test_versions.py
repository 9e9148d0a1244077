"""The version that a change answers is the one that reading the thing answers, found by trying every operation."""

import re
from collections.abc import Callable

import pytest

from deploy.cli.names import SERVICES as NAMES
from services.kernel.contracts import Operation
from services.kernel.contracts.join import OneOf
from services.kernel.process.service import Service
from services.kernel.work.operations import Reply
from tests.tenancy.stage import Stage

#: What has no version, each with the reason.
WITHOUT = {
    "follow_application": "how often staff have written something in it is nobody's to know",
    "withdraw_own_application": "as `follow_application`",
    "get_challenge": "made up anew each time",
    "drop_draft": "nothing is left",
    "withdraw_need": "nothing is left",
    "take_survey_reference": "it is said once",
    "get_survey": "how many have answered is nobody's to know while they are few",
    "open_calendar": "its address is said once",
    "close_calendar": "nothing is left",
    "list_question_sets": "each set has its own",
    "list_import_mappings": "each mapping has its own",
    "get_weighing": "it stays as it was that day",
    "send_inquiries": "each inquiry has its own",
}
#: What the placement of its service's stage is refused: their versions are looked at in its own tests.
ELSEWHERE = {
    "become_family_home": "it is no emergency stay",
    "report_visit": "it is no contact family's",
}


def where_read(service: type[Service], changed: Operation) -> Operation | None:
    """The operation by which what an operation makes or changes is read; None when only lists show it."""
    place = changed.location or changed.route.partition(" ")[2]
    while place:
        for found in service.operations().values():
            if (
                found.reads
                and found.name not in WITHOUT
                and not found.paged
                and not is_part(found)
                and nameless(found.route) == f"GET {nameless(place)}"
            ):
                return found
        place = place.rpartition("/")[0]
    return None


def nameless(route: str) -> str:
    return re.sub(r"<\w+>|\{\w+\}", "<>", route)


def read_again(stage: Stage, changed: Operation, reply: Reply) -> Reply | None:
    """What reading the thing answers; None when it can only be seen in lists."""
    reading = where_read(stage.harness.service, changed)
    if reading is None:
        return None
    named = re.findall(r"<(\w+)>", reading.route)
    made = {named[-1]: reply["body"]["id"]} if changed.location else {}
    return stage.ask(reading.name, **made)


def wrong(stage: Stage, changed: Operation, reply: Reply) -> str | None:
    """What is wrong with the version that an operation answered. A file never changes: it has none."""
    if changed.takes_file or changed.gives_file:
        return None
    if "fault" in reply:
        is_expected = changed.status != 201 or changed.name in ELSEWHERE
        return None if is_expected else f"it was refused: {reply['fault']}"
    if reply["etag"] is None:
        if changed.name in WITHOUT or changed.cached_for:  # the gateway gives that one a tag by its content
            return None
        is_seen = changed.paged or changed.tenantless or is_part(changed) or changed.name in VIEWS
        return None if is_seen else "it has none"
    if not re.fullmatch("[1-9][0-9]*", reply["etag"]):
        return f"it is {reply['etag']}"
    again = read_again(stage, changed, reply)
    return None if again is None or again["etag"] == reply["etag"] else f"it is {reply['etag']}, and {again['etag']}"


def is_part(asked: Operation) -> bool:
    """Whether it answers its service's part of a whole, which has no version."""
    return asked.shared is not None and not isinstance(asked.shared, OneOf)


#: What shows many things as they are now, and is changed by none of them alone.
VIEWS = {
    "view_open_investigations",
    "list_required_steps",
    "suggest_mentors",
    "report_mentorship",
    "report_self_monitoring",
}


@pytest.mark.parametrize("name", NAMES)
def test_it_is_right_whatever_is_done(stage_of: Callable[[str], Stage], name: str) -> None:
    stage = stage_of(name)
    found = {}
    for operation in stage.harness.service.operations().values():
        if not operation.tenantless:
            found[operation.name] = wrong(stage, operation, stage.ask(operation.name))
    assert {name: problem for name, problem in found.items() if problem} == {}


class TestTheTestItself:
    @pytest.fixture
    def stage(self, stage_of: Callable[[str], Stage]) -> Stage:
        return stage_of("placement")

    @pytest.fixture
    def opening(self, stage: Stage) -> Operation:
        return stage.harness.service.operations()["open_placement_request"]

    @pytest.mark.parametrize("etag", ["None", None, "2", "0"])
    def test_a_wrong_version_would_be_seen(self, stage: Stage, opening: Operation, etag: str | None) -> None:
        reply = stage.ask("open_placement_request")
        assert wrong(stage, opening, reply) is None
        assert wrong(stage, opening, {**reply, "etag": etag})

    def test_what_could_not_be_made_would_be_seen(self, stage: Stage, opening: Operation) -> None:
        assert wrong(stage, opening, stage.ask("open_placement_request", body={}))
