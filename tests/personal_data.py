"""A person's own data in a test: gathered in one service, step by step, to its file."""

import json
from typing import Any

from services.kernel.basics import clock
from services.kernel.contracts.files import FileInStore
from services.kernel.testing import Harness
from services.kernel.work.personal_data import GATHER
from tests.conftest import shelves

Items = dict[str, list[dict[str, Any]]]


def begin(harness: Harness, number: str, **call: Any) -> str:
    """Begins an export; its id."""
    return str(harness.do("export_personal_data", body={"personal_number": number}, **call)["id"])


def step(harness: Harness) -> bool:
    """Carries out the steps of exports that are due, once; whether there were any."""
    now = harness.now or clock.now()
    due = [one for one in harness.clockwork.due_of(harness.tenant, now=now) if one.name == GATHER.name]
    done = [harness.clockwork.carry_out(one, now=now) for one in due]
    return any(done)


def gather(harness: Harness, number: str) -> str:
    """An export to its end; its id."""
    export_id = begin(harness, number)
    while step(harness):
        pass
    assert harness.do("get_personal_data_export", export_id=export_id)["status"] == "finished"
    return export_id


def read(harness: Harness, export_id: str, **caller: Any) -> dict[str, Any]:
    """The file, as whoever opens it reads it."""
    reply = harness.reply("get_personal_data_file", export_id=export_id, **caller)
    assert "fault" not in reply, reply
    file = FileInStore.from_dict(reply["file"])
    return dict(json.loads(b"".join(shelves(harness.service.name).of(harness.tenant).read(file))))


def told(harness: Harness, number: str, **caller: Any) -> Items:
    """What a person is told by a service, by kind; without that there was an export."""
    found: Items = {}
    for item in read(harness, gather(harness, number), **caller)["items"]:
        found.setdefault(item["kind"], []).append(item["data"])
    del found["personal_data_export"]
    return found
