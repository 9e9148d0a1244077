"""Logs say what happened and where, and never what somebody wrote."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy.exc
import structlog

from services.kernel.basics import log

ANNA = "189001019802"


def raised(problem: Exception) -> Exception:
    """The exception as it was caught, with the place where it arose."""
    try:
        raise problem
    except Exception as caught:
        return caught


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The log's lines, configured as in a process; everything as it was before afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("nameko", "kombu", "amqp", "alembic", "werkzeug")}
    written = io.StringIO()
    monkeypatch.setattr(sys, "stdout", written)
    log.configure("INFO", service="probe")

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in written.getvalue().splitlines()]

    yield read
    structlog.reset_defaults()
    vars(log.logger).pop("bind", None)  # the logger keeps its configuration from its first use on
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


class TestDescribed:
    def test_an_exception_is_its_type_and_its_place(self) -> None:
        said = log.described(raised(ValueError(f"{ANNA} is no date")))
        assert said["problem"] == "builtins.ValueError"
        assert said["where"][-1].endswith(" raised")
        assert ANNA not in str(said)

    def test_so_is_its_cause(self) -> None:
        try:
            try:
                raise ValueError(ANNA)
            except ValueError as cause:
                raise KeyError(ANNA) from cause
        except KeyError as problem:
            said = log.described(problem)
        assert said["cause"]["problem"] == "builtins.ValueError"
        assert ANNA not in str(said)

    def test_of_a_databases_error_the_state_is_said_and_not_the_row(self) -> None:
        original = psycopg.errors.UniqueViolation(f"DETAIL: Key (number)=({ANNA}) already exists.")
        problem = raised(sqlalchemy.exc.IntegrityError("insert …", {"number": ANNA}, original))
        said = log.described(problem)
        assert said["sqlstate"] == "23505"
        assert ANNA not in str(said)


class TestFailed:
    def test_a_line_is_one_object_with_ids_and_without_the_text(self, lines: Any) -> None:
        log.failed("operation_failed", raised(ValueError(f"two\nlines and {ANNA}")), request_id="r1")
        (line,) = lines()
        assert (line["event"], line["request_id"], line["service"], line["level"]) == (
            "operation_failed",
            "r1",
            "probe",
            "error",
        )
        assert line["problem"] == "builtins.ValueError"
        assert ANNA not in json.dumps(line)


class TestLibraries:
    def test_a_librarys_line_loses_the_exception_behind_it(self, lines: Any) -> None:
        try:
            raise ValueError(ANNA)
        except ValueError:
            logging.getLogger("sqlalchemy.pool").exception("Exception during reset")
        (line,) = lines()
        assert (line["event"], line["problem"]) == ("Exception during reset", "builtins.ValueError")
        assert ANNA not in json.dumps(line)

    def test_also_when_the_message_repeats_the_exception(self, lines: Any) -> None:
        # As nameko does: 'error handling worker %s: %s', worker_ctx, exc
        problem = raised(ValueError(ANNA))
        logging.getLogger("nameko.containers").error("error handling worker %s: %s", "w", problem, exc_info=problem)
        (line,) = lines()
        assert line["event"] == "error handling worker w: builtins.ValueError"
        assert ANNA not in json.dumps(line)

    def test_chatty_ones_are_heard_from_warnings_on(self, lines: Any) -> None:
        for name in ("nameko", "kombu", "amqp"):
            logging.getLogger(name).info("chat")
        assert lines() == []
