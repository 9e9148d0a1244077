"""What every command speaks through, and the platform that it speaks of."""

import os
from pathlib import Path

from rich.console import Console

from deploy.cli.names import ROOT
from deploy.cli.platform import Platform

# What the reader asked for goes to standard output; progress and trouble to standard error.
output = Console(soft_wrap=True)
progress = Console(stderr=True, soft_wrap=True)


def the_platform() -> Platform:
    """The one of this state folder."""
    return Platform(Path(os.environ.get("HEMVIST_STATE_DIR") or ROOT / ".hemvist"))
