"""What one municipality tells another: sealed for that one, once, and opened by nobody else; and its files."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.kernel.contracts.faults import NotFound
from services.kernel.files.shelf import SealedShelf
from services.kernel.files.store import Folder
from services.kernel.messages.context import Context
from services.kernel.messages.envelope import read_data
from services.kernel.rows.database import Database
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import SealBroken
from services.kernel.testing import Harness
from tests.services.kernel.conftest import MASTER_KEYS, House
from tests.services.kernel.probe import ANNA, THING_MADE, a_thing

TOLD = replace(THING_MADE, to_neighbour=True)  #: the probe's event, told to another one


@pytest.fixture
def neighbour(probe: Harness) -> str:
    return probe.new_tenant()


def unit_of(probe: Harness, tenant: str) -> Any:
    return probe.database.unit(Context(tenant=tenant, actor="anna", request_id="", deadline=0))


@pytest.fixture
def unit(probe: Harness) -> Iterator[Unit]:
    with unit_of(probe, probe.tenant) as found:
        yield found


def record(unit: Unit, **told: Any) -> None:
    thing = a_thing(unit, "one")
    unit.add(thing)
    unit.record(TOLD, subject=thing, data={"thing_id": thing.id, "name": "one", "secret": ANNA}, **told)


class TestTelling:
    def test_it_is_the_receivers_and_says_not_who_did_it(
        self, probe: Harness, admin: "psycopg.Connection[Any]", unit: Unit, neighbour: str
    ) -> None:
        record(unit, to=neighbour)
        unit.commit()
        ((tenant, told),) = admin.execute(
            "select tenant, envelope from outbox where tenant = %s", (probe.tenant,)
        ).fetchall()
        assert (tenant, told["tenant"], told["actor"]) == (probe.tenant, neighbour, "")
        assert ANNA not in json.dumps(told)
        with unit_of(probe, neighbour):
            assert read_data(TOLD, told)["secret"] == ANNA
        with unit_of(probe, probe.tenant), pytest.raises(SealBroken):
            read_data(TOLD, told)

    def test_whoever_holds_the_last_connection_of_the_pool_waits_for_no_second_one(
        self, probe: Harness, probe_house: House, neighbour: str
    ) -> None:
        with (
            closing(Database(probe_house.urls.service, MASTER_KEYS, service="probe", connections=1)) as database,
            database.unit(Context(tenant=probe.tenant, actor="anna", request_id="", deadline=0)) as unit,
        ):
            unit.begin()
            assert unit.neighbour(neighbour).name == neighbour

    @pytest.mark.parametrize("to", ["nobody", None])
    def test_to_nobody_it_is_not_told(self, unit: Unit, to: str | None) -> None:
        with pytest.raises(NotFound if to else ValueError):
            record(unit, to=to)

    def test_nor_to_itself(self, probe: Harness, unit: Unit) -> None:
        with pytest.raises(NotFound):
            record(unit, to=probe.tenant)

    def test_what_is_for_the_house_is_told_to_no_neighbour(self, unit: Unit, neighbour: str) -> None:
        thing = a_thing(unit, "one")
        unit.add(thing)
        data = {"thing_id": thing.id, "name": "one", "secret": ANNA}
        with pytest.raises(ValueError, match="thing_made"):
            unit.record(THING_MADE, subject=thing, data=data, to=neighbour)

    def test_the_tellers_own_feed_opens_nothing_of_it(self, probe: Harness, unit: Unit, neighbour: str) -> None:
        record(unit, to=neighbour)
        unit.commit()
        probe.tell()
        for roles in (("integration",), ("integration", "personal")):
            (told,) = probe.do("read_events", roles=roles)["items"]
            assert told["data"] == {"thing_id": told["subject"], "name": "one"}
            assert "actor" not in told


class TestFiles:
    def test_whoever_was_given_a_files_key_has_a_copy_under_a_key_of_its_own(self, tmp_path: Path) -> None:
        theirs, ours = (SealedShelf(Folder(tmp_path), name, "probe") for name in ("orebro", "vasteras"))
        sent = theirs.put([b"some ", b"bytes"], name="a.pdf", media_type="application/pdf")
        kept = ours.take_over("orebro", sent)
        theirs.delete(sent.id)
        assert b"".join(ours.read(kept)) == b"some bytes"
        assert (kept.name, kept.media_type, kept.size) == ("a.pdf", "application/pdf", 10)
        assert kept.id != sent.id
        assert kept.key != sent.key

    def test_without_the_key_nothing_is_read(self, tmp_path: Path) -> None:
        theirs, ours = (SealedShelf(Folder(tmp_path), name, "probe") for name in ("orebro", "vasteras"))
        sent = theirs.put([b"bytes"], name="a.pdf", media_type="application/pdf")
        with pytest.raises(SealBroken):
            ours.take_over("orebro", replace(sent, key=b"k" * 32))
