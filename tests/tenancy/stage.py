"""A service in which one municipality has one of everything, and what is asked and looked at there."""

import importlib
import json
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import psycopg

from services.kernel.basics import clock
from services.kernel.basics.ids import new_id
from services.kernel.contracts import Event, Operation
from services.kernel.contracts.files import FileInStore, FileStoreUnavailable
from services.kernel.messages.context import Context
from services.kernel.testing import Harness
from services.kernel.work.due import Due
from services.kernel.work.operations import Reply
from services.kernel.work.reactions import Outcome
from tests.conftest import shelves
from tests.tenancy import catalogue
from tests.tenancy.coverage import TENANTLESS, path_parameters
from tests.tenancy.scenes import ANNA, Scene
from tests.tenancy.scenes.settings import with_settings

#: What is answered anew each time, with the reason.
ANEW = {"get_challenge": "a challenge is made up for each who asks"}
_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Stage:
    """A service with a municipality that has one of everything."""

    harness: Harness
    scene: Scene
    admin: "psycopg.Connection[Any]"

    @cached_property
    def _tables(self) -> list[str]:
        return catalogue.tables(self.admin)

    def rows(self, tenant: str) -> dict[str, list[str]]:
        """Everything that lies in the database for a tenant."""
        parts = (f"select '{table}', t::text from {table} t where tenant = %(tenant)s" for table in self._tables)
        found: dict[str, list[str]] = {table: [] for table in self._tables}
        for table, row in self.admin.execute(f"{' union all '.join(parts)} order by 1, 2", {"tenant": tenant}):
            found[table].append(row)
        return found

    def ask(self, name: str, *, elsewhere: bool = False, **caller: Any) -> Reply:
        """An operation with the scene's ids (or with ids that are nowhere), by staff unless `caller` says otherwise."""
        declared = self.harness.service.operations()[name]
        path: Any = {parameter: self.scene.ids[parameter] for parameter in path_parameters(self.harness.service, name)}
        body: Any = self.scene.bodies.get(name, declared.body.example if declared.body is not None else {})
        headers: Any = self.scene.headers.get(name)
        query: Any = self.scene.queries.get(name)
        if elsewhere:
            path, body, headers, query = nowhere(path), nowhere(body), nowhere(headers), nowhere(query)
        call: dict[str, Any] = {
            **by(declared),
            "body": body,
            "headers": headers,
            "query": query,
            "file": self.scene.files.get(name),
            "if_match": "*" if declared.conditional and not declared.creates else None,
            "if_none_match": declared.creates,
            **path,
            **caller,
        }
        return self.harness.reply(name, **call)

    def deliver(self, event: Event, *, tenant: str) -> Outcome:
        """An event about the scene's thing, as this municipality's."""
        message = self.harness.message(event, dict(self.scene.events[event]), tenant=tenant)
        return self.harness.deliver(event, message)

    def carry_out(self, duty_name: str, *, tenant: str) -> None:
        """A duty about the scene's thing, planned and carried out for a municipality."""
        duty, _ = self.harness.service.duties()[duty_name]
        subject = self.scene.subjects.get(duty_name, "")
        now = self.harness.now or clock.now()
        context = Context(tenant=tenant, actor="", request_id="", deadline=0)
        with self.harness.database.unit(context, now=now) as unit:
            unit.plan(duty, subject=subject, at=now)
            unit.commit()
        assert self.harness.clockwork.carry_out(Due(tenant=tenant, name=duty_name, subject=subject), now=now)

    def answers(self) -> dict[str, Reply]:
        """What the municipality itself is answered by every operation that reads."""
        reading = [name for name, declared in self.harness.service.operations().items() if declared.reads]
        return {name: self._lasting(self._unnoticed(name)) for name in reading if name not in {*TENANTLESS, *ANEW}}

    def otherwise(self, answers: dict[str, Reply]) -> set[str]:
        """The operations that are answered otherwise now."""
        return {name for name, answer in self.answers().items() if answer != answers[name]}

    def _unnoticed(self, name: str) -> Reply:
        """The reply; the line that asking leaves in the log of access is taken out again."""
        before = new_id()
        reply = self.ask(name)
        for table, line in (("access_line", "id"), ("access_subject", "line_id")):
            self.admin.execute(f"delete from {table} where tenant = %s and {line} > %s", (self.harness.tenant, before))
        return reply

    def _lasting(self, reply: Reply) -> Reply:
        """A reply as it is each time: without cursors, which are sealed anew each time; of a file that was made for it
        the content, which lies elsewhere each time. (The scene's other files lie nowhere.)"""
        if "next" in (reply.get("body") or {}):
            return {**reply, "body": {"items": reply["body"]["items"]}}
        if "file" not in reply:
            return reply
        shelf = shelves(self.harness.service.name).of(self.harness.tenant)
        try:
            return {**reply, "file": b"".join(shelf.read(FileInStore.from_dict(reply["file"])))}
        except FileStoreUnavailable:
            return reply


def play(harness: Harness, admin: "psycopg.Connection[Any]") -> Stage:
    """The service's scene, played for the harness's municipality; whoever asks is known to work there from then on."""
    scene = importlib.import_module(f"tests.tenancy.scenes.{harness.service.name}").scene(harness)
    stage = Stage(harness, with_settings(harness, scene), admin)
    stage.answers()
    return stage


def live_beside(stage: Stage) -> None:
    """Another municipality has one of everything, too, and tries all that there is with the ids of the first one's."""
    other = replace(stage.harness, tenant=stage.harness.new_tenant())
    play(other, stage.admin)
    for name, operation in stage.harness.service.operations().items():
        if not operation.tenantless:
            stage.ask(name, tenant=other.tenant)
        if "home" in operation.roles:
            stage.ask(name, tenant=other.tenant, roles=["home"], personal_number=ANNA)
    for event in stage.harness.service.reactions():
        stage.deliver(event, tenant=other.tenant)
    for name in stage.harness.service.duties():
        stage.carry_out(name, tenant=other.tenant)


def nowhere(values: Any) -> Any:
    """The same with ids that nothing has."""
    return json.loads(_ID.sub(lambda _: new_id(), json.dumps(values)))


def by(declared: Operation) -> dict[str, Any]:
    """Who asks: one of the municipality's staff, or Anna of the scene's home where only homes may."""
    if declared.roles == {"home"}:
        return {"roles": ["home"], "personal_number": ANNA}
    return {"roles": [role for role in sorted(declared.roles) if role != "home"]}  # what is shown may hang on the role


def known_in(stage: Stage, reply: Reply) -> list[str]:
    """The things of the scene that a reply speaks of."""
    own = [*(value for value in stage.scene.ids.values() if _ID.search(value)), *stage.scene.texts]
    return [value for value in own if value in json.dumps(reply)]


def unlogged(rows: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without the log of access, in which it stands that a neighbour has seen its own home."""
    return {table: found for table, found in rows.items() if not table.startswith("access_")}
