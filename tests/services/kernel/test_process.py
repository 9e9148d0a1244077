"""The entrypoints, in a real process of nameko."""

from services.kernel.testing import Harness
from tests.services.kernel.conftest import Broker, ProbeProcess
from tests.waiting import eventually


class TestReaction:
    def test_a_told_fact_is_reacted_to(self, probe_process: ProbeProcess, probe: Harness, broker: Broker) -> None:
        probe_process.call("make_thing", tenant=probe.tenant, body={"name": "one"})
        eventually(lambda: probe.do("list_things", query={"name": "copy of one"})["total"] == 1, seconds=5)
