"""How an operation is carried out, whatever brought the request: role, input, one unit of work, idempotency, fault.

No exception passes this module: a caller gets an answer, a registered fault, or "internal fault" and a request id.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import orjson
import psycopg.errors
import sqlalchemy.exc

from services.kernel.basics import clock
from services.kernel.basics.log import failed, logger
from services.kernel.contracts import Operation, Total
from services.kernel.contracts.access import Subject, subjects
from services.kernel.contracts.faults import (
    DeadlinePassed,
    Fault,
    IdempotencyKeyReused,
    InternalFault,
    RequestInProgress,
    Stale,
)
from services.kernel.contracts.files import FileInStore
from services.kernel.contracts.schema import dump
from services.kernel.messages.context import Context
from services.kernel.rows import access, colleagues, giving_up
from services.kernel.rows.database import Database
from services.kernel.rows.tables import Versioned
from services.kernel.rows.unit import Unit
from services.kernel.rows.writing import AnsweredBefore, Idempotency, KeyTaken
from services.kernel.secrecy.crypto import Keyring, Purpose

Handler: TypeAlias = Callable[..., "Answer"]
#: {"body": …, "etag": "3" | None} or {"fault": {…}}; where another person has to confirm it also "status": 202; of an
#: operation with files also where the one that it answers lies ("file"), or the id of the one that a row refers to from
#: now on ("kept")
Reply: TypeAlias = dict[str, Any]

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answers: a row or a dictionary for the contract's schema, and the row whose version is the ETag
    (the answered one itself, unless another is named); or a file."""

    values: Any
    version_of: Versioned | None = None
    file: FileInStore | None = None
    waits: bool = False  #: another person has to confirm it: the values are for the operation's `waits`
    shows: Sequence[Subject] = ()  #: whose data, where the answer itself does not say it
    refused: Fault | None = None  #: the request is refused with it, and what was written on the way (a try) is kept

    @property
    def versioned(self) -> Versioned | None:
        return self.values if self.version_of is None and isinstance(self.values, Versioned) else self.version_of


def paged(items: Iterable[Any], total: Total) -> Answer:
    """A page of a list: rows or dictionaries. The rest of its frame is filled in by `carry_out`."""
    return Answer({"items": items, "total": total.number, "total_is_exact": total.is_exact})


def followed(items: Iterable[Any], cursor: str | None) -> Answer:
    """A part of a log or feed: rows or dictionaries, and the cursor after them."""
    return Answer({"items": items, "next": cursor})


def carry_out(
    database: Database,
    operation: Operation,
    handler: Handler,
    context: Context,
    arguments: dict[str, Any],
    *,
    now: datetime | None = None,
) -> Reply:
    """One request, from the caller's context and raw arguments to the reply. Never raises. `now` replaces the clock."""
    try:
        if context.deadline and clock.seconds() > context.deadline:
            raise DeadlinePassed
        operation.authorise(context.roles)
        for_home = operation.is_asked_for_a_home(context.roles)
        loaded = operation.load(arguments)
        if operation.tenantless:
            return _reply(operation, handler(database, **loaded), loaded)
        if operation.reads:
            with database.unit(context, reads=True, for_home=for_home, now=now) as unit:
                answer = handler(unit, **loaded)
                reply = _reply(operation, answer, loaded)
            _note(database, unit, operation, _subjects(operation, answer, reply, loaded))
            return reply
        return _change(database, operation, handler, context, arguments, loaded, now=now)
    except Fault as fault:
        return {"fault": fault.as_dict()}
    except Exception as problem:  # whatever it was, its text stays here
        failed(
            "operation_failed", problem, operation=operation.name, tenant=context.tenant, request_id=context.request_id
        )
        return {"fault": InternalFault().as_dict()}


def _subjects(operation: Operation, answer: Answer, reply: Reply, loaded: dict[str, Any]) -> list[Subject]:
    """Whose data is shown, each once."""
    return list(dict.fromkeys([*subjects(operation, loaded, reply["body"]), *answer.shows]))


def _note(database: Database, unit: Unit, operation: Operation, shown: Sequence[Subject]) -> None:
    """Writes down what a unit that has read is about to show, and to whom. When that can not be done nothing is
    shown."""
    context, keyring = unit.context, unit.keyring
    if shown or unit.sees_protected:
        database.keep(context, *access.line(keyring, context, operation, shown, at=unit.now))
    if _is_new(database, unit):
        database.keep(context, *colleagues.written(keyring, context, unit.today))
        database.noticed.add(context, unit.today)


def _is_new(database: Database, unit: Unit) -> bool:
    """Whether somebody of the staff has done something who has still to be written down as working here today."""
    return not unit.for_home and database.noticed.is_new(unit.context, unit.today)


def _change(
    database: Database,
    operation: Operation,
    handler: Handler,
    context: Context,
    arguments: dict[str, Any],
    loaded: dict[str, Any],
    *,
    now: datetime | None,
) -> Reply:
    """A change, tried again when the database asks for it (deadlock, serialization)."""
    keyring = database.known(context.tenant).keyring
    idempotency = _idempotency(operation, context, _meant(arguments, loaded), keyring)
    # A file is put away before the row that speaks of it.
    looks_first = bool(operation.takes_file)
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            for_home = operation.is_asked_for_a_home(context.roles)
            with database.unit(context, idempotency=idempotency, for_home=for_home, now=now) as unit:
                if looks_first:
                    unit.begin()
                answer = _handled(unit, handler, loaded)
                if answer.versioned is not None and answer.versioned in unit.session.dirty:
                    unit.session.flush()  # so that the version in the reply is the one that is stored
                reply = _reply(operation, answer, loaded)
                if not answer.waits and answer.refused is None:
                    unit.show(operation, _subjects(operation, answer, reply, loaded))
                is_new = _is_new(database, unit)
                if is_new:
                    unit.write_down_caller()
                unit.commit(idempotency, orjson.dumps(reply) if idempotency else b"")
                if is_new:
                    database.noticed.add(context, unit.today)
                return reply
        except AnsweredBefore as before:
            assert idempotency is not None  # noqa: S101  # only who has a key can have been answered with it
            return _replay(keyring, idempotency, before)
        except KeyTaken:
            looks_first = True
        except sqlalchemy.orm.exc.StaleDataError:
            raise Stale from None
        except (sqlalchemy.exc.OperationalError, psycopg.OperationalError) as problem:  # the latter at the commit
            if attempt == _ATTEMPTS or not giving_up.is_transient(problem):
                raise
            logger.warning("operation_retried", operation=operation.name, request_id=context.request_id)
    raise RequestInProgress(extra={"headers": {"Retry-After": "1"}})


def _idempotency(operation: Operation, context: Context, meant: dict[str, Any], keyring: Keyring) -> Idempotency | None:
    """The request's key, where it has one, and what was asked with it."""
    if not context.idempotency_key:
        return None
    # Who asks belongs to the request: an answer is replayed only to whom the handler would see the same way.
    who = [context.personal_number, sorted(context.roles), context.if_match, *["reason"] * context.sees_protected]
    canonical = json.dumps([meant, who], sort_keys=True, ensure_ascii=False)
    return Idempotency(
        operation=operation.name,
        # somebody may have made the key of a personal number
        key=keyring.lookup(context.idempotency_key, Purpose.IDEMPOTENCY_KEY).hex(),
        request_hash=keyring.lookup(canonical, Purpose.REQUEST),
    )


def _handled(unit: Unit, handler: Handler, loaded: dict[str, Any]) -> Answer:
    try:
        return handler(unit, **loaded)
    except Fault:
        unit.begin()  # what was answered before is answered again, whatever holds by now
        raise


def _meant(arguments: dict[str, Any], loaded: dict[str, Any]) -> dict[str, Any]:
    """What is asked, as it is each time that it is asked: of a file what it is, not where it lies this time; nothing of
    what only a newer gateway says."""
    meant: dict[str, Any] = {
        name: arguments[name] for name in ("path", "page", "query", "headers", "body") if name in arguments
    }
    return meant if "file" not in loaded else {**meant, "file": loaded["file"].identity}


def _replay(keyring: Keyring, idempotency: Idempotency, before: AnsweredBefore) -> Reply:
    if before.request_hash != idempotency.request_hash:
        raise IdempotencyKeyReused
    reply: Reply = orjson.loads(keyring.open(before.answer, "idempotency.answer"))
    return reply


def _reply(operation: Operation, answer: Answer, loaded: dict[str, Any]) -> Reply:
    if answer.refused is not None:
        return {"fault": answer.refused.as_dict()}
    if operation.part is not None:
        return {"body": _frame(operation, answer.values, loaded), "etag": None}
    if answer.file is not None:
        return {"body": None, "etag": None, "file": answer.file.as_dict()}  # the gateway fetches it from there itself
    etag = str(answer.versioned.version) if answer.versioned is not None else None
    if answer.waits:
        assert operation.waits is not None  # noqa: S101  # declared with the operation whose handler answers so
        return {"body": dump(operation.waits, answer.values), "etag": etag, "status": 202}
    reply = {"body": dump(operation.answer, answer.values), "etag": etag}
    return reply | {"kept": loaded["file"].id} if operation.takes_file else reply


def _frame(operation: Operation, values: dict[str, Any], loaded: dict[str, Any]) -> dict[str, Any]:
    """A part of a list, and where it stands in the whole."""
    part = loaded["page"] if operation.paged else loaded["after"]
    number = {"page": part.number} if operation.paged else {}
    items = [dump(operation.answer, item) for item in values["items"]]
    return {**values, **number, "limit": part.limit, "items": items}
