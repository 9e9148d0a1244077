"""The program that sets a document: a job on standard input, the PDF on standard output. Started by `documents.py`.

A process of its own, because Typst keeps in memory what it has set, can not be interrupted, and ends its process when
memory is short. Imports nothing of the house.
"""

import json
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any


def main() -> None:
    job = json.load(sys.stdin.buffer)
    _limit(job["seconds"], job["memory"])
    sys.stdout.buffer.write(_set(job))


def _limit(seconds: int, memory: int) -> None:
    """Where memory is short, this process ends and no other; and nothing of a document is left on a disk."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    signal.alarm(seconds)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _set(job: dict[str, Any]) -> bytes:
    import typst  # noqa: PLC0415  # within the limits

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[job["fonts"]])
    try:
        return typst.compile(
            job["template"],
            root=job["root"],
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"data": job["data"]},
            pdf_standards="ua-1",
            timestamp=job["timestamp"],
        )
    except typst.TypstError as problem:
        sys.exit(problem.diagnostic)


if __name__ == "__main__":
    main()
