"""Structured logs: one JSON object a line, a static event name, ids as fields; no payload, no exception's text.

An exception's text may hold what somebody typed (a database repeats the values of a failing row), so only its type and
the places in our code are written.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

# structlog loads rich, which is for terminals, wherever it finds it: four megabytes in each process without one.
_RICH = sys.modules.get("rich")
sys.modules["rich"] = None  # type: ignore[assignment]
import structlog  # noqa: E402

del sys.modules["rich"]
if _RICH is not None:
    sys.modules["rich"] = _RICH

logger = structlog.stdlib.get_logger("hemvist")


class Explained(Exception):
    """An exception whose text is ours alone and holds nothing that anybody sent: logs may repeat it."""


def configure(level: str, **bound: str) -> None:
    """Sends our own and the libraries' logs to standard output as JSON; `bound` fields are in every line."""

    def add_bound(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line.update(bound)  # not a context variable: those do not reach other green threads
        return line

    shared: list[Any] = [
        add_bound,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _without_exception_text],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    handler.addFilter(_without_exceptions_as_arguments)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for chatty in ("nameko", "kombu", "amqp", "alembic", "werkzeug", "_granian"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(level)))


def _without_exceptions_as_arguments(record: logging.LogRecord) -> bool:
    """A library's message that repeats an exception names its type instead."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            _name(argument) if isinstance(argument, BaseException) else argument for argument in record.args
        )
    return True


def _without_exception_text(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A library's log line keeps its message but not the text of the exception behind it."""
    problem = line.pop("exc_info", None)
    if isinstance(problem, tuple) and problem[1] is not None:
        line.update(described(problem[1]))
    return line


def _name(problem: BaseException) -> str:
    return f"{type(problem).__module__}.{type(problem).__qualname__}"


def described(problem: BaseException) -> dict[str, Any]:
    """What may be said of an exception: its type, SQLSTATE and constraint, and where in the code it arose."""
    frames = traceback.extract_tb(problem.__traceback__)
    said: dict[str, Any] = {
        "problem": _name(problem),
        "where": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-6:]],
    }
    original: Any = getattr(problem, "orig", problem)  # what SQLAlchemy has wrapped
    if hasattr(original, "sqlstate"):  # the database's; whoever has none need not know its driver
        said |= {"sqlstate": original.sqlstate, "constraint": original.diag.constraint_name}
    if isinstance(problem, Explained):
        said["detail"] = str(problem)
    if problem.__cause__ is not None:
        said["cause"] = described(problem.__cause__)
    return said


def failed(event: str, problem: BaseException, **fields: Any) -> None:
    """Logs a failure by what may be said of it."""
    logger.error(event, **fields, **described(problem))
