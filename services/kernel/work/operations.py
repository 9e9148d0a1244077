"""How an operation is carried out, whatever brought the request: role, input, one unit of work, idempotency, fault.

No exception passes this module: a caller gets an answer, a registered fault, or "internal fault" and a request id.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import orjson
import psycopg.errors
import sqlalchemy.exc

from services.kernel.basics import clock
from services.kernel.basics.log import failed, logger
from services.kernel.contracts import Operation
from services.kernel.contracts.faults import DeadlinePassed, Fault, IdempotencyKeyReused, InternalFault, Stale
from services.kernel.contracts.files import FileInStore
from services.kernel.contracts.schema import dump
from services.kernel.messages.context import Context
from services.kernel.rows.database import Database
from services.kernel.rows.tables import Versioned
from services.kernel.rows.unit import Idempotency, Unit

Handler: TypeAlias = Callable[..., "Answer"]
#: {"body": …, "etag": "3" | None} or {"fault": {…}}; where another person has to confirm it also "status": 202; of an
#: operation with files also where the one that it answers lies ("file"), or the id of the one that a row refers to from
#: now on ("kept")
Reply: TypeAlias = dict[str, Any]

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answers: values for the contract's schema, and the row whose version is the ETag; or a file."""

    values: dict[str, Any]
    version_of: Versioned | None = None
    file: FileInStore | None = None
    waits: bool = False  #: another person has to confirm it: the values are for the operation's `waits`


def paged(items: list[dict[str, Any]], total: int) -> Answer:
    """A page of a list; the rest of its frame is filled in by `carry_out`."""
    return Answer({"items": items, "total": total})


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
                return _reply(operation, handler(unit, **loaded), loaded)
        return _change(database, operation, handler, context, arguments, loaded, now=now)
    except Fault as fault:
        return {"fault": fault.as_dict()}
    except Exception as problem:  # whatever it was, its text stays here
        failed(
            "operation_failed", problem, operation=operation.name, tenant=context.tenant, request_id=context.request_id
        )
        return {"fault": InternalFault().as_dict()}


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
    idempotency = None
    if context.idempotency_key:
        keyring = database.known(context.tenant).keyring
        # Who asks belongs to the request: an answer is replayed only to whom the handler would see the same way.
        who = [context.personal_number, sorted(context.roles), context.if_match]
        canonical = json.dumps([_meant(arguments, loaded), who], sort_keys=True, ensure_ascii=False)
        idempotency = Idempotency(
            operation=operation.name,
            key=keyring.lookup(context.idempotency_key).hex(),  # somebody may have made it of a personal number
            request_hash=keyring.lookup(canonical),
        )
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            for_home = operation.is_asked_for_a_home(context.roles)
            with database.unit(context, idempotency=idempotency, for_home=for_home, now=now) as unit:
                if unit.stored_answer is not None and idempotency is not None:
                    return _replay(unit, idempotency)
                answer = handler(unit, **loaded)
                if answer.version_of is not None and answer.version_of in unit.session.dirty:
                    unit.session.flush()  # so that the version in the reply is the one that is stored
                reply = _reply(operation, answer, loaded)
                unit.commit(idempotency, orjson.dumps(reply) if idempotency else b"")
                return reply
        except sqlalchemy.orm.exc.StaleDataError:
            raise Stale from None
        except (sqlalchemy.exc.OperationalError, psycopg.OperationalError) as problem:  # the latter at the commit
            original = problem.orig if isinstance(problem, sqlalchemy.exc.OperationalError) else problem
            if attempt == _ATTEMPTS or not isinstance(
                original, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure
            ):
                raise
            logger.warning("operation_retried", operation=operation.name, request_id=context.request_id)
    raise AssertionError


def _meant(arguments: dict[str, Any], loaded: dict[str, Any]) -> dict[str, Any]:
    """What is asked, as it is each time that it is asked: of a file what it is, not where it lies this time."""
    return arguments if "file" not in loaded else {**arguments, "file": loaded["file"].identity}


def _replay(unit: Unit, idempotency: Idempotency) -> Reply:
    assert unit.stored_answer is not None  # noqa: S101
    request_hash, sealed = unit.stored_answer
    if request_hash != idempotency.request_hash:
        raise IdempotencyKeyReused
    reply: Reply = orjson.loads(unit.open(sealed, "idempotency.answer"))
    return reply


def _reply(operation: Operation, answer: Answer, loaded: dict[str, Any]) -> Reply:
    if operation.paged:
        page = loaded["page"]
        items = [dump(operation.answer, item) for item in answer.values["items"]]
        body = {"items": items, "page": page.number, "limit": page.limit, "total": answer.values["total"]}
        return {"body": body, "etag": None}
    if answer.file is not None:
        return {"body": None, "etag": None, "file": answer.file.as_dict()}  # the gateway fetches it from there itself
    etag = str(answer.version_of.version) if answer.version_of is not None else None
    if answer.waits:
        assert operation.waits is not None  # noqa: S101  # declared with the operation whose handler answers so
        return {"body": dump(operation.waits, answer.values), "etag": etag, "status": 202}
    reply = {"body": dump(operation.answer, answer.values), "etag": etag}
    return reply | {"kept": loaded["file"].id} if operation.takes_file else reply
