"""Weeding (gallring) as long work: a dry run that looks through every kind of file, and a run that looks at each one
that was due again and weeds it. What a kind of file is, and what the law says of it, a service declares in its room
`retention`.

A step is one unit of work: a file is there with all its parts, or gone with all of them.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, uuid5

import sqlalchemy
from sqlalchemy import func, select
from sqlalchemy.sql.base import ExecutableOption

from services.kernel.basics.days import anniversary
from services.kernel.contracts import rules
from services.kernel.contracts.duty import Duty
from services.kernel.contracts.faults import SecondPersonNeeded
from services.kernel.contracts.keep import HELD, NOT_YET, Due, Keep, Kept, Verdict
from services.kernel.contracts.long_work import WorkStatus
from services.kernel.contracts.retention import MOST_IDS, HoldAlreadyReleased, PreviewAlreadyRun, counted, kinds
from services.kernel.contracts.settings import ADMINS
from services.kernel.rows import weeding
from services.kernel.rows.retention import RetentionHold, RetentionItem, RetentionPreview, RetentionRun
from services.kernel.rows.tables import Tenanted, Versioned
from services.kernel.rows.unit import Unit
from services.kernel.secrecy.crypto import Purpose
from services.kernel.work import long_work
from services.kernel.work.counts import Dated
from services.kernel.work.operations import Answer

LOOKED_AT_ONCE, WEEDED_AT_ONCE = 100, 20  #: files of a step
WEEDED = "weeded"
_A_LITTLE = timedelta(days=2)  #: a day is Swedish here and UTC there, and 29 February is not every year
GONE = Kept(why="gone")  #: when the run came to it
CHANGED = Kept(why="has_changed")  #: it is no such file any more
_ALONE = "retention"  #: under which holds and the steps of runs take turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A file, and what is found of it."""

    row: Tenanted
    verdict: Verdict
    known_as: Collection[str] = ()  #: ids beside its own by which somebody may hold it
    gone_with: Collection[str] = ()  #: ids of other services' things that are gone with it
    people: Collection[bytes] = ()  #: the keyed hashes of whoever it is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Of which municipality it is asked, on which day, and how long such files are kept."""

    unit: Unit
    keep: Keep
    today: date
    municipality_code: str

    @property
    def terms(self) -> dict[str, Any]:
        """As a service's rules take them."""
        return {"keep": self.keep, "today": self.today, "municipality_code": self.municipality_code}


Judge: TypeAlias = Callable[[Asked, Sequence[Any]], Iterable[Judged]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """A kind of file: its rows are judged, and weeded with what goes with them."""

    row_type: Any
    judge: Judge
    written: Any  #: the column that says when it was last written in: until the years have passed it is not looked at
    where: Any
    options: tuple[ExecutableOption, ...]
    tell: Callable[[Unit, Any], None] | None = None  #: records for the others that it is gone

    @property
    def keep(self) -> Keep:
        found = self.row_type.keep
        assert isinstance(found, Keep)  # noqa: S101  # by `files_of`
        return found


def files_of(
    row_type: Any, *options: ExecutableOption, written: Any, where: Any = None, tell: Any = None
) -> Callable[[Judge], Files]:
    """Declares a kind of file by the function of its name in a service's room `retention`, which judges some of these
    rows at once. `where` narrows which rows the service weeds by itself."""
    if not isinstance(row_type.keep, Keep):
        raise TypeError(f"{row_type.__name__} is no file of its own: its `keep` says so")
    narrowed = sqlalchemy.true() if where is None else where
    return lambda judge: Files(
        row_type=row_type, judge=judge, written=written, where=narrowed, options=options, tell=tell
    )


Kinds: TypeAlias = Mapping[str, Files]  #: in the order in which they are weeded


def room_of(files: Kinds) -> SimpleNamespace:
    """The functions of the operations and duties, for a service with these kinds of files."""
    return SimpleNamespace(
        LOOK_THROUGH=LOOK_THROUGH,
        WEED_FILES=WEED_FILES,
        preview_retention=partial(_preview_retention, files),
        get_retention_preview=get_retention_preview,
        run_retention=run_retention,
        get_retention_run=get_retention_run,
        look_through=partial(_look_through, files),
        weed_files=partial(_weed_files, files),
        place_hold=place_hold,
        list_holds=list_holds,
        release_hold=release_hold,
    )


LOOK_THROUGH = Duty(
    name="look_through", when_parked=lambda unit, work: long_work.fail(unit, RetentionPreview, work)
)  #: its subject is the preview
WEED_FILES = Duty(
    name="weed_files", when_parked=lambda unit, work: long_work.fail(unit, RetentionRun, work)
)  #: its subject is the run


def _preview_retention(files: Kinds, unit: Unit, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Begins a dry run. All services give it the same id, because they were asked with the same request."""
    total = sum(_count(unit, kind, kind.where) for kind in files.values())
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
    return Answer({**long_work.state_of(preview), "due": kinds(due), "kept": _kept(preview.kept)})


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


def _kept(found: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    groups = []
    for kind, reasons in found.items():
        for reason, count in reasons.items():
            why, _, law = reason.partition("|")
            groups.append({"kind": kind, "why": why, "law": law, "count": count})
    return kinds(groups)


def _look_through(files: Kinds, unit: Unit, preview_id: str) -> None:
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
        young = _count(unit, kind, kind.where & (kind.written >= _written_before(unit, kind)))
        _keep(preview, name, NOT_YET, young)
    rows = _rows(unit, kind, after)
    for judged in _judged(unit, kind, rows):
        if isinstance(judged.verdict, Due):
            item = {"id": judged.row.id, "preview_id": preview.id, "rank": rank, "kind": name}
            unit.add(RetentionItem(**item, finish_by=judged.verdict.finish_by))
            preview.note(done=1, problems=())
        else:
            _keep(preview, name, judged.verdict, 1)
    if len(rows) == LOOKED_AT_ONCE:
        preview.place = [name, rows[-1].id]
    elif rank + 1 < len(names):
        preview.place = [names[rank + 1], ""]
    else:
        preview.total = preview.done  # what came or went meanwhile is not missed
        return False
    return True


def _keep(work: Any, kind: str, kept: Kept, count: int) -> None:
    if count:
        reasons = dict(work.kept.get(kind, {}))
        reason = f"{kept.why}|{kept.law}"
        reasons[reason] = reasons.get(reason, 0) + count
        work.kept = {**work.kept, kind: reasons}
        work.note(done=count, problems=())


def _written_before(unit: Unit, kind: Files) -> Any:
    """A file that was written in since this is not due, whatever else there is of it."""
    return anniversary(unit.today, -kind.keep.years) + _A_LITTLE


def _count(unit: Unit, kind: Files, where: Any) -> int:
    return unit.session.scalar(select(func.count()).select_from(kind.row_type).where(where)) or 0


def _rows(unit: Unit, kind: Files, after: str) -> Sequence[Any]:
    row = kind.row_type
    old = select(row).where(kind.where, kind.written < _written_before(unit, kind), row.id > after)
    return unit.session.scalars(old.options(*kind.options).order_by(row.id).limit(LOOKED_AT_ONCE)).unique().all()


def _judged(unit: Unit, kind: Files, rows: Sequence[Any]) -> list[Judged]:
    """What is found of files; what somebody holds stays."""
    found = list(kind.judge(_asked(unit, kind), rows)) if rows else []
    ids = [one for judged in found for one in (judged.row.id, *judged.known_as)]
    people = [one for judged in found for one in judged.people]
    held = unit.session.execute(_HELD, {"ids": ids, "people": people}).all()
    subjects, lookups = {row.subject for row in held}, {bytes(row.lookup) for row in held if row.lookup is not None}

    def after_holds(judged: Judged) -> Judged:
        is_held = not subjects.isdisjoint((judged.row.id, *judged.known_as)) or not lookups.isdisjoint(judged.people)
        if not is_held:
            return judged
        return replace(judged, verdict=HELD)

    return [after_holds(judged) for judged in found]


def _asked(unit: Unit, kind: Files) -> Asked:
    code = unit.session.scalar(_CODE, {"slug": unit.context.tenant})
    return Asked(unit=unit, keep=kind.keep, today=unit.today, municipality_code=str(code))


_CODE = sqlalchemy.text("select municipality_code from tenant where slug = :slug")
_HELD = sqlalchemy.text(
    "select subject, lookup from retention_hold where released_at is null "
    "and (subject = any(:ids) or lookup = any(cast(:people as bytea[])))"
)


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
    counts = {"deleted": counted(run.deleted), "rows": counted(run.rows), "kept": _kept(run.kept)}
    return Answer({**long_work.state_of(run), **said, **counts})


def _weed_files(files: Kinds, unit: Unit, run_id: str) -> None:
    """The next part of a weeding."""
    long_work.carry_on(unit, WEED_FILES, RetentionRun, run_id, partial(_next_files, files))


def _next_files(files: Kinds, unit: Unit, run: RetentionRun) -> bool:
    """Weeds some of the files that were due; whether there are more, or the preview has still to find some."""
    unit.alone(_ALONE)
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
    row = None if kind is None else _locked(unit, kind, item.id)
    if kind is None or row is None:
        item.outcome = GONE.why
        _keep(run, item.kind, GONE, 1)
        return
    tree = weeding.tree_of(unit, row)
    (judged,) = _judged(unit, kind, [row])
    verdict = judged.verdict if _is_still(unit, kind, item.id) else CHANGED
    if isinstance(verdict, Kept):
        item.outcome = verdict.why
        _keep(run, item.kind, verdict, 1)
        return
    if kind.tell is not None:
        kind.tell(unit, row)
    _note(run, item, weeding.weed(unit, tree, judged.gone_with))
    unit.session.expunge(row)
    if isinstance(row, Versioned):
        weeding.remember(unit, {row.id: row.version})
    item.outcome = WEEDED


def _locked(unit: Unit, kind: Files, row_id: str) -> Any:
    row = kind.row_type
    found = select(row).where(row.id == row_id).options(*kind.options).with_for_update(of=row)
    return unit.session.scalars(found.execution_options(populate_existing=True)).unique().one_or_none()


def _is_still(unit: Unit, kind: Files, row_id: str) -> bool:
    """Whether the service still weeds it by itself."""
    row = kind.row_type
    return unit.session.scalar(select(row.id).where(kind.where, row.id == row_id)) is not None


def _note(run: RetentionRun, item: RetentionItem, rows: Mapping[str, int]) -> None:
    run.deleted = {**run.deleted, item.kind: run.deleted.get(item.kind, 0) + 1}
    run.rows = {**run.rows, **{table: run.rows.get(table, 0) + count for table, count in rows.items()}}
    run.digest = next_digest(run.digest, item.kind, item.id)
    run.note(done=1, problems=())


def next_digest(before: str, kind: str, file_id: str) -> str:
    """The digest of a list with one more file: whoever has the list can compute it again."""
    return hashlib.sha256(f"{before} {kind} {file_id}".encode()).hexdigest()


def place_hold(unit: Unit, body: dict[str, Any]) -> Answer:
    """Holds something back. It waits for the step of a run that is under way, and binds the next one."""
    unit.alone(_ALONE)
    hold, is_new = unit.ensure(RetentionHold, unit.common_id(Purpose.RETENTION_HOLD))
    if is_new:
        number = body["personal_number"]
        hold.subject, hold.reason = body["subject"], body["reason"]
        hold.lookup = None if number is None else unit.lookup_person(number)
        hold.by, hold.at = unit.actor, unit.now
    return _hold(hold)


def list_holds(unit: Unit) -> Answer:
    """Every hold that is remembered."""
    rows = unit.session.scalars(select(RetentionHold).order_by(RetentionHold.at, RetentionHold.id))
    return Answer({"items": [_hold(row).values for row in rows]})


def release_hold(unit: Unit, hold_id: str, body: dict[str, Any]) -> Answer:  # noqa: ARG001
    """Lets go of a hold."""
    hold = unit.lock(RetentionHold, hold_id)
    if hold.released_at is not None:
        raise HoldAlreadyReleased
    hold.released_by, hold.released_at = unit.actor, unit.now
    return _hold(hold)


def _hold(hold: RetentionHold) -> Answer:
    names = ("id", "subject", "reason", "by", "at", "released_by", "released_at")
    return Answer({**{name: getattr(hold, name) for name in names}, "of_person": hold.lookup is not None})
