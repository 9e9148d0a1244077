"""Has a picture made anew by a process of its own, one at a time, so that memory is bounded however many come."""

import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Timer

from services.kernel.basics.log import logger
from services.kernel.contracts.files import FileBroken, FilesBusy, MediaType, PictureTooLarge
from services.kernel.files.blocks import BLOCK

PROGRAM = Path(__file__).with_name("picture_process.py")  #: not imported: no process of the house loads a decoder
TOO_LARGE = 4  #: its exit code for that
FORMATS = {MediaType.JPEG: "JPEG", MediaType.PNG: "PNG"}
MEMORY = 62 * 1024 * 1024  #: bytes for a picture: twelve megapixels as they come, eight that have to be turned
WAITING, WORKING = 30.0, 40.0  #: seconds for the others before it, and for the picture itself

_alone = Lock()


def cleaned(content: Iterable[bytes], media_type: MediaType, *, size: int) -> Generator[bytes, None, None]:
    """The picture made anew, in pieces; to be closed when it is not read to its end.

    Raises `FileBroken`, `PictureTooLarge`, and `FilesBusy` when too many others wait.
    """
    if not _alone.acquire(timeout=WAITING):
        raise FilesBusy
    try:
        with _working(FORMATS[media_type], size) as process:
            assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  # by Popen
            with suppress(BrokenPipeError), process.stdin as into:
                for piece in content:
                    into.write(piece)
            while piece := process.stdout.read(BLOCK):
                yield piece
            code = process.wait()
    finally:
        _alone.release()
    if code == TOO_LARGE:
        raise PictureTooLarge
    if code != 0:
        logger.info("picture_broken", code=code)
        raise FileBroken


@contextmanager
def _working(kind: str, size: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The process, with nothing of this one's environment, ended whatever happens."""
    command = [sys.executable, "-I", "-B", str(PROGRAM), kind, str(size), str(MEMORY)]
    process = subprocess.Popen(  # noqa: S603  # our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
    )
    patience = Timer(WORKING, process.kill)
    patience.start()
    try:
        with process:
            try:
                yield process
            finally:
                process.kill()
    finally:
        patience.cancel()
