"""What the kernel gives to every service: settings of the municipality's own, one changed, one that waits for another
person. The settings are these tests' own, so that they are tried in each service, whatever it declares itself.
"""

from dataclasses import replace
from enum import StrEnum

from services.kernel.contracts import Setting
from services.kernel.contracts.settings import Declared
from services.kernel.testing import Harness
from tests.tenancy.scenes import Scene


class Answer(StrEnum):
    """What a setting of these tests may be."""

    YES = "yes"
    NO = "no"


TRIED = Setting(
    name="tried", kind=int, default=1, least=1, most=9, unit="days", en="Tried by tests.", sv="Provas av tester."
)
PAID = Setting(name="paid", kind=Answer, default=Answer.NO, en="Costs.", sv="Kostar.", needs_second_person=True)
REASON = "Because it is so here and nowhere else."


def declared_in(service: str) -> Declared:
    """The settings of these tests, as a service would declare them."""
    return {f"{service}.{setting.name}": setting for setting in (TRIED, PAID)}


def with_settings(harness: Harness, scene: Scene) -> Scene:
    """The scene of a service, and what is there in each."""
    tried, paid = declared_in(harness.service.name)
    body = {"value": 7, "reason": REASON}
    harness.do("change_setting", setting_name=tried, body=body, if_match="*", actor="anna")
    proposal = {"value": "yes", "reason": REASON}
    waiting = harness.do("change_setting", setting_name=paid, body=proposal, if_match="*", actor="anna")
    return replace(
        scene,
        ids={**scene.ids, "setting_name": tried, "setting_change_id": waiting["id"]},
        bodies={**scene.bodies, "change_setting": {"value": 3, "reason": "Another one."}},
        everywhere=scene.everywhere | {"get_setting", "change_setting"},
        texts=(*scene.texts, REASON),
    )
