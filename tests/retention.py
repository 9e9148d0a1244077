"""Weeding in a test: the dry run, and the run that another person orders, each to its end."""

from datetime import datetime
from typing import Any

from services.kernel.testing import Harness

REASON = "Nämndens gallringsbeslut."


def preview(harness: Harness, at: datetime) -> dict[str, Any]:
    """What a dry run finds at an instant."""
    harness.now = at
    begun = harness.do("preview_retention", actor="anna")
    assert begun["status"] == "waiting"
    to_the_end(harness)
    found = harness.do("get_retention_preview", preview_id=begun["id"])
    assert found["status"] == "finished"
    assert found["done"] == found["total"]
    return found


def order(harness: Harness, found: dict[str, Any]) -> str:
    """Orders the run of a preview; its id."""
    body = {"preview_id": found["id"], "reason": REASON}
    return str(harness.do("run_retention", body=body, actor="bo")["id"])


def run(harness: Harness, found: dict[str, Any]) -> dict[str, Any]:
    """Weeds what a preview found; the record."""
    run_id = order(harness, found)
    to_the_end(harness)
    record = harness.do("get_retention_run", run_id=run_id)
    assert record["status"] == "finished", record
    return record


def weed(harness: Harness, at: datetime) -> dict[str, Any]:
    """A dry run and its run."""
    return run(harness, preview(harness, at))


def to_the_end(harness: Harness) -> None:
    """Carries out the steps that wait, and whatever else is due."""
    assert harness.now is not None
    harness.pass_time(harness.now)


def due(found: dict[str, Any]) -> dict[str, list[str]]:
    """The ids that are due, by kind."""
    return {group["kind"]: group["ids"] for group in found["due"]}


def kept(found: dict[str, Any]) -> dict[tuple[str, str], int]:
    """How many are kept, by kind and why."""
    return {(group["kind"], group["why"]): group["count"] for group in found["kept"]}


def counts(groups: list[dict[str, Any]]) -> dict[str, int]:
    """Counts by name."""
    return {group["kind"]: group["count"] for group in groups}
