"""The weeding of what a dry run found, and its record."""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import func, select

from services.kernel.contracts import rules
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.faults import SecondPersonNeeded
from services.kernel.contracts.keep import Kept
from services.kernel.contracts.retention import PreviewAlreadyRun, counted
from services.kernel.rows import weeding
from services.kernel.rows.retention import RetentionItem, RetentionPreview, RetentionRun
from services.kernel.rows.tables import Versioned
from services.kernel.rows.unit import Unit
from services.kernel.work import long_work
from services.kernel.work.operations import Answer
from services.kernel.work.retention import holds
from services.kernel.work.retention.files import Kinds, is_still, judge, locked
from services.kernel.work.retention.kept import note_kept, said_kept

WEEDED_AT_ONCE = 20  #: files of a step
WEEDED = "weeded"
GONE = Kept(why="gone")  #: when the run came to it
CHANGED = Kept(why="has_changed")  #: it is no such file any more

WEED_FILES = Duty(
    name="weed_files", when_parked=lambda unit, work: long_work.fail(unit, RetentionRun, work)
)  #: its subject is the run


def run_retention(unit: Unit, body: dict[str, Any]) -> Answer:
    """Begins to weed what a preview found. A preview has one run, whose id follows from its own."""
    unit.alone(f"preview {body['preview_id']}")
    preview = unit.session.get(RetentionPreview, (unit.context.tenant, body["preview_id"]))
    if preview is None:
        raise rules.NOT_FOUND.refusal("/preview_id")
    if preview.created_by == unit.actor:
        raise SecondPersonNeeded
    total = _count_items(unit, preview.id)
    run, is_new = unit.ensure(RetentionRun, str(uuid5(NAMESPACE_URL, f"{unit.context.tenant} {preview.id} run")))
    if not is_new:
        raise PreviewAlreadyRun(extra={"run_id": run.id})
    run.preview_id, run.reason = preview.id, body["reason"]
    run.deleted, run.rows, run.kept, run.digest = {}, {}, {}, ""
    run.total = total
    long_work.begin(unit, run, WEED_FILES)
    return _ran(run)


def _count_items(unit: Unit, preview_id: str) -> int:
    items = select(func.count()).select_from(RetentionItem).where(RetentionItem.preview_id == preview_id)
    return unit.session.scalar(items) or 0


def get_retention_run(unit: Unit, run_id: str) -> Answer:
    """How far a weeding is, and its record."""
    return _ran(unit.read(RetentionRun, run_id))


def _ran(run: RetentionRun) -> Answer:
    said = {"preview_id": run.preview_id, "reason": run.reason, "digest": run.digest}
    counts = {"deleted": counted(run.deleted), "rows": counted(run.rows), "kept": said_kept(run.kept)}
    return Answer({**long_work.state_of(run), **said, **counts})


def weed_files(files: Kinds, unit: Unit, run_id: str) -> None:
    """The next part of a weeding."""
    long_work.carry_on(unit, WEED_FILES, RetentionRun, run_id, partial(_next_files, files))


def _next_files(files: Kinds, unit: Unit, run: RetentionRun) -> bool:
    """Weeds some of the files that were due; whether there are more, or the preview has still to find some."""
    holds.alone(unit)
    preview = unit.read(RetentionPreview, run.preview_id)
    waiting = (
        select(RetentionItem)
        .where(RetentionItem.preview_id == run.preview_id, RetentionItem.outcome.is_(None))
        .order_by(RetentionItem.rank, RetentionItem.id)
        .limit(WEEDED_AT_ONCE)
    )
    items = unit.session.scalars(waiting).all() if preview.is_over else []
    for item in items:
        _settle(files, unit, run, item)
    run.total = _count_items(unit, preview.id)
    return not preview.is_over or len(items) == WEEDED_AT_ONCE


def _settle(files: Kinds, unit: Unit, run: RetentionRun, item: RetentionItem) -> None:
    """Weeds a file whose time has still come, and notes what became of it."""
    kind = files.get(item.kind)
    row = None if kind is None else locked(unit, kind, item.id)
    if kind is None or row is None:
        item.outcome = GONE.why
        note_kept(run, item.kind, GONE, 1)
        return
    tree = weeding.tree_of(unit, row)
    (judged,) = judge(unit, kind, [row])
    verdict = judged.verdict if is_still(unit, kind, item.id) else CHANGED
    if isinstance(verdict, Kept):
        item.outcome = verdict.why
        note_kept(run, item.kind, verdict, 1)
        return
    if kind.tell is not None:
        kind.tell(unit, row)
    _note(run, item, weeding.weed(unit, tree, judged.gone_with))
    unit.session.expunge(row)
    if isinstance(row, Versioned):
        weeding.remember(unit, {row.id: row.version})
    item.outcome = WEEDED


def _note(run: RetentionRun, item: RetentionItem, rows: Mapping[str, int]) -> None:
    run.deleted = {**run.deleted, item.kind: run.deleted.get(item.kind, 0) + 1}
    run.rows = {**run.rows, **{table: run.rows.get(table, 0) + count for table, count in rows.items()}}
    run.digest = next_digest(run.digest, item.kind, item.id)
    run.note(done=1, problems=())


def next_digest(before: str, kind: str, file_id: str) -> str:
    """The digest of a list with one more file: whoever has the list can compute it again."""
    return hashlib.sha256(f"{before} {kind} {file_id}".encode()).hexdigest()
