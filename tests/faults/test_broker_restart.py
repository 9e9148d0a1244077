"""A service outlives its broker."""

from contextlib import closing
from pathlib import Path

import pytest

from deploy.cli.platform import Platform
from services.kernel.contracts.faults import ServiceUnavailable
from services.kernel.rows.database import Database
from services.kernel.testing import Harness
from tests.services.kernel.conftest import MASTER_KEYS, House, ProbeProcess, make_house
from tests.services.kernel.probe import Probe
from tests.waiting import eventually


@pytest.fixture
def probe_house(platform: Platform) -> House:
    """Beside the platform, on servers that may be stopped."""
    return make_house(platform, "probe")


def test_requests_events_and_reactions_go_on_after_a_restart_of_the_broker(
    platform: Platform, probe_house: House, tmp_path: Path
) -> None:
    with (
        closing(Database(probe_house.urls.service, MASTER_KEYS, service="probe", connections=25)) as database,
        closing(ProbeProcess(probe_house, tmp_path / "log")) as process,
    ):
        probe = Harness(Probe, database, probe_house.urls.owner, probe_house.urls.relay, MASTER_KEYS)
        probe.tenant = probe.new_tenant()
        process.start()
        pid = process.pid
        assert "body" in process.call("list_things", tenant=probe.tenant)
        platform.stop("rabbitmq")
        try:
            probe.do("make_thing", body={"name": "meanwhile"})
            with pytest.raises(ServiceUnavailable):
                process.call("list_things", tenant=probe.tenant)
        finally:
            platform.start("rabbitmq")
        eventually(process.is_ready, seconds=30)
        eventually(lambda: probe.do("list_things", query={"name": "copy of meanwhile"})["total"] == 1, seconds=30)
        made = process.call("make_thing", tenant=probe.tenant, body={"name": "after"})
        assert made["body"]["name"] == "after"
        eventually(lambda: probe.do("list_things", query={"name": "copy of after"})["total"] == 1)
        assert process.pid == pid
        assert process.is_ready()
    eventually(lambda: platform.status().ready, seconds=30)
