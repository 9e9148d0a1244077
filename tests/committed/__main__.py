"""`python -m tests.committed`: prints what should not be there, and fails when there is something."""

import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from deploy.cli.names import ROOT
from tests.committed import libraries, secrets


def files(below: Path = ROOT) -> Iterator[Path]:
    """Everything that is committed or would be: without what git ignores."""
    ignored = [".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split())]
    for path in sorted(below.iterdir()):
        if any(fnmatch(path.name, pattern) for pattern in ignored):
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def main() -> int:
    """Zero when nothing is there that should not be."""
    found = [
        *(
            f"{path.relative_to(ROOT)}:{line}: {what}"
            for path in files()
            for line, what in secrets.found_in(path.read_bytes().decode(errors="ignore"))
        ),
        *libraries.problems(),
    ]
    print("\n".join(found))  # noqa: T201  it is its answer
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
