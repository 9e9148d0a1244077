"""What a service with files of its own does about weeding."""

from functools import partial
from types import SimpleNamespace

from services.kernel.work.retention import holds, previews, runs
from services.kernel.work.retention.files import Kinds


def room_of(files: Kinds) -> SimpleNamespace:
    """The functions of the operations and duties, for a service with these kinds of files."""
    return SimpleNamespace(
        LOOK_THROUGH=previews.LOOK_THROUGH,
        WEED_FILES=runs.WEED_FILES,
        preview_retention=partial(previews.preview_retention, files),
        get_retention_preview=previews.get_retention_preview,
        run_retention=runs.run_retention,
        get_retention_run=runs.get_retention_run,
        look_through=partial(previews.look_through, files),
        weed_files=partial(runs.weed_files, files),
        place_hold=holds.place_hold,
        list_holds=holds.list_holds,
        release_hold=holds.release_hold,
    )
