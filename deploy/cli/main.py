"""./hemvist: words in, words out. What the commands do is done by Platform and its neighbours."""

import signal
import sys
import tempfile
import traceback
from pathlib import Path
from types import FrameType

import click
from rich.markup import escape

from deploy.cli.commands import development, messages, municipalities, running
from deploy.cli.commands.console import progress, the_platform
from deploy.cli.secrets import write_private
from deploy.cli.trouble import Trouble


class _Commands(click.Group):
    def invoke(self, context: click.Context) -> object:
        try:
            return super().invoke(context)
        except Trouble as trouble:
            _explain(trouble)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except Exception as unexpected:
            _explain(_unexpected(unexpected))
        sys.exit(1)


def _explain(trouble: Trouble) -> None:
    progress.print(f"[red]{escape(trouble.what)}[/]\n[bold]What to do next:[/] {escape(trouble.then)}")


def _unexpected(fault: Exception) -> Trouble:
    """The traceback goes into a file that only its owner reads."""
    folder = the_platform().state_dir / "logs"
    log = folder / "launcher.log" if folder.is_dir() else Path(tempfile.mkdtemp(prefix="hemvist-")) / "launcher.log"
    write_private(log, "".join(traceback.format_exception(fault)))
    return Trouble(
        f"This did not work: {type(fault).__name__}: {fault}",
        f"correct what it says and try again. What led there: {log}. What the processes say: ./hemvist logs",
    )


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Hemvist: homes for other people's children, for many municipalities at once."""
    signal.signal(signal.SIGTERM, _terminated)


for room in (running, municipalities, messages, development):
    for command in room.COMMANDS:
        main.add_command(command)
