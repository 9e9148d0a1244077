"""Finding and ending the operating system's processes that belong to one platform, also those its manager left behind.

A process is ours when it inherited our mark. Handles instead of numbers make sure that no other process is ever meant.
"""

import os
import select
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MARK = "HEMVIST_STARTED_BY"
_WHILE_IT_BEGINS = 0.02  #: seconds; a process that is becoming another program (exec) has no environment for a moment


@dataclass(frozen=True)
class Belonging:
    """A process started for the platform, under the name of the program it belongs to; empty for the manager itself."""

    pid: int
    name: str


def find(state_dir: Path) -> list[Belonging]:
    environments = {
        int(entry.name): _environment(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdecimal()
    }
    unknown = [pid for pid, environment in environments.items() if not environment]
    if unknown:
        time.sleep(_WHILE_IT_BEGINS)
        environments |= {pid: _environment(pid) for pid in unknown}
    return [
        Belonging(pid, environment.get("SUPERVISOR_PROCESS_NAME", ""))
        for pid, environment in environments.items()
        if environment.get(MARK) == str(state_dir)
    ]


def end(
    state_dir: Path, *, names: Iterable[str] | None = None, sign: int = signal.SIGTERM, patience: float = 20.0
) -> None:
    """Ends our processes of these names (all when None) and waits for them; those that stay get SIGKILL."""
    wanted = None if names is None else set(names)
    handles = [
        handle
        for belonging in find(state_dir)
        if (wanted is None or belonging.name in wanted) and (handle := _open(belonging.pid, state_dir)) is not None
    ]
    try:
        for send, wait in ((sign, patience), (signal.SIGKILL, 5.0)):
            for handle in handles:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(handle, send)
            if _all_ended(handles, wait):
                return
    finally:
        for handle in handles:
            os.close(handle)


def _open(pid: int, state_dir: Path) -> int | None:
    """A handle, checked after it was taken: the number may have gone to another process in between."""
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        return None
    if _environment(pid).get(MARK) == str(state_dir):
        return handle
    os.close(handle)
    return None


def _all_ended(handles: list[int], patience: float) -> bool:
    until = time.monotonic() + patience
    waiting = set(handles)
    while waiting and (left := until - time.monotonic()) > 0:
        ended, _, _ = select.select(waiting, [], [], left)
        waiting.difference_update(ended)
    return not waiting


def _environment(pid: int) -> dict[str, str]:
    """The environment a process was started with; empty for those of other users and for ended ones."""
    try:
        raw = Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return {}
    pairs = (part.partition("=") for part in raw.decode(errors="replace").split("\0") if "=" in part)
    return {name: value for name, _, value in pairs}
