"""Only the kernel names the municipality for which a statement works."""

from deploy.cli.names import ROOT

#: Where the setting that row level security reads is written or read, beside the migrations that made it.
ALLOWED = {
    "services/kernel/rows/giving_up.py",  # each unit of work, with its first statement
    "services/kernel/rows/directory.py",  # the municipalities themselves, by the owner
    "services/kernel/rows/migration/base.py",  # the function that the policies ask
}


def test_nobody_else_speaks_of_the_setting() -> None:
    sources = [path for room in ("services", "gateway", "deploy") for path in (ROOT / room).rglob("*.py")]
    found = {str(path.relative_to(ROOT)) for path in sources if "hemvist.tenant" in path.read_text(encoding="utf-8")}
    assert found == ALLOWED
