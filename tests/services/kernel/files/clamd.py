"""Virus scanners for tests: a stand-in that speaks clamd's protocol, and Debian's clamd with a signature of our own."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.cli import packages
from deploy.cli.trouble import Trouble
from tests.waiting import eventually

# The test signature of the antivirus trade, in two parts so that no scanner takes this file away.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class StandIn:
    """Listens on this machine; answers as the test says, by default as a clamd would that knows EICAR alone."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.answer: Callable[[bytes], bytes] = _as_clamd
        self.listens = True  #: False: lets everybody in and says nothing
        self._socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            if not self.listens:
                stream.read()
                return
            assert stream.read(10) == b"zINSTREAM\0"
            content = b""
            while length := int.from_bytes(stream.read(4), "big"):
                content += stream.read(length)
            self.heard.append(content)
            connection.sendall(self.answer(content))


def _as_clamd(content: bytes) -> bytes:
    return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@contextmanager
def real_clamd(folder: Path) -> Iterator[str]:
    """Debian's clamd with a signature database of one line; yields its address. Skips where it can not be had."""
    program = _found_or_installed(folder)
    database = folder / "signatures"
    database.mkdir()
    # ClamAV's extended signatures: name, any kind of file, anywhere in it, the bytes.
    (database / "house.ndb").write_text(f"Eicar-Signature:0:*:{EICAR.hex()}\n")
    path = folder / "clamd.ctl"
    (folder / "clamd.conf").write_text(
        f"LocalSocket {path}\nDatabaseDirectory {database}\nForeground yes\nTemporaryDirectory {folder}\n"
        f"StreamMaxLength 12M\nMaxThreads 2\nConcurrentDatabaseReload no\n"
    )
    environment = {**os.environ, "HOME": str(folder)}
    with (folder / "clamd.log").open("wb") as log:
        process = subprocess.Popen([program, "-c", folder / "clamd.conf"], env=environment, stdout=log, stderr=log)
        try:
            eventually(lambda: _answers(path), seconds=30)
            yield f"unix://{path}"
        finally:
            process.terminate()
            process.wait(20)


def _found_or_installed(folder: Path) -> str:
    where = f"{os.environ['PATH']}:/usr/sbin"
    if not shutil.which("clamd", path=where):
        try:
            packages.install(["clamav-daemon"], folder / "apt.log")
        except Trouble as trouble:
            pytest.skip(f"Debian's clamav-daemon can not be had here: {trouble.what}")
    return str(shutil.which("clamd", path=where))


def _answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            connection.sendall(b"zPING\0")
            return connection.recv(64) == b"PONG\0"
    except OSError:
        return False
