"""The dry run."""

from functools import partial
from typing import Any

from sqlalchemy import func, select

from services.kernel.contracts.duty import Duty
from services.kernel.contracts.keep import NOT_YET, Due
from services.kernel.contracts.long_work import WorkStatus
from services.kernel.contracts.retention import MOST_IDS, kinds
from services.kernel.contracts.settings import ADMINS
from services.kernel.rows.retention import RetentionItem, RetentionPreview
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work import long_work
from services.kernel.work.counts import Dated
from services.kernel.work.operations import Answer
from services.kernel.work.retention.files import LOOKED_AT_ONCE, Kinds, count, judge, rows_after, written_before
from services.kernel.work.retention.kept import note_kept, said_kept

LOOK_THROUGH = Duty(
    name="look_through", when_parked=lambda unit, work: long_work.fail(unit, RetentionPreview, work)
)  #: its subject is the preview


def preview_retention(files: Kinds, unit: Unit, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Begins a dry run. All services give it the same id, because they were asked with the same request."""
    total = sum(count(unit, kind, kind.where) for kind in files.values())
    preview, is_new = unit.ensure(RetentionPreview, unit.common_id(Purpose.RETENTION_PREVIEW))
    if is_new:
        preview.total = total
        preview.place, preview.kept = [], {}
        long_work.begin(unit, preview, LOOK_THROUGH)
    return _previewed(unit, preview)


def get_retention_preview(unit: Unit, preview_id: str) -> Answer:
    """How far a dry run is."""
    return _previewed(unit, unit.read(RetentionPreview, preview_id))


def _previewed(unit: Unit, preview: RetentionPreview) -> Answer:
    found = select(
        RetentionItem.kind,
        func.count().label("count"),
        func.min(RetentionItem.finish_by).label("finish_by"),
        func.array_agg(RetentionItem.id).label("ids"),
    )
    groups = unit.session.execute(found.where(RetentionItem.preview_id == preview.id).group_by(RetentionItem.kind))
    due = [{**group._asdict(), "ids": sorted(group.ids)[:MOST_IDS]} for group in groups]
    return Answer({**long_work.state_of(preview), "due": kinds(due), "kept": said_kept(preview.kept)})


def dated() -> Dated:
    """The last day for weeding each kind of files that the latest dry run found to be due, and how many are left."""
    latest = (
        select(RetentionPreview.id)
        .where(RetentionPreview.status == WorkStatus.FINISHED)
        .order_by(RetentionPreview.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    left = (
        select(RetentionItem.kind, func.min(RetentionItem.finish_by).label("due"), func.count().label("files"))
        .where(RetentionItem.preview_id == latest, RetentionItem.outcome.is_(None))
        .group_by(RetentionItem.kind)
        .subquery()
    )
    return Dated(
        kind="retention_due",
        roles=ADMINS,
        rows=select(left.c.kind, left.c.due, left.c.files),
        due=left.c.due,
        order=left.c.kind,
        view=lambda row: {
            "subject": {"kind": "files", "id": row.kind, "title": None, "protected_identity": False},
            "detail": str(row.files),
        },
    )


def look_through(files: Kinds, unit: Unit, preview_id: str) -> None:
    """The next part of a dry run."""
    long_work.carry_on(unit, LOOK_THROUGH, RetentionPreview, preview_id, partial(_next_part, files))


def _next_part(files: Kinds, unit: Unit, preview: RetentionPreview) -> bool:
    """Looks at some files of a kind; whether there are more of it, or other kinds."""
    if not files:
        return False
    names = list(files)
    name, after = preview.place or (names[0], "")
    kind, rank = files[name], names.index(name)
    if not after:
        young = count(unit, kind, kind.where & (kind.written >= written_before(unit, kind)))
        note_kept(preview, name, NOT_YET, young)
    rows = rows_after(unit, kind, after)
    for judged in judge(unit, kind, rows):
        if isinstance(judged.verdict, Due):
            item = {"id": judged.row.id, "preview_id": preview.id, "rank": rank, "kind": name}
            unit.add(RetentionItem(**item, finish_by=judged.verdict.finish_by))
            preview.note(done=1, problems=())
        else:
            note_kept(preview, name, judged.verdict, 1)
    if len(rows) == LOOKED_AT_ONCE:
        preview.place = [name, rows[-1].id]
    elif rank + 1 < len(names):
        preview.place = [names[rank + 1], ""]
    else:
        preview.total = preview.done  # what came or went meanwhile is not missed
        return False
    return True
