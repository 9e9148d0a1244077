"""The process manager of one platform: supervisord with a generated configuration, spoken to over a unix socket.

Knows how programs are started, restarted and stopped, and not what they are.
"""

import http.client
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.cli import belongings
from deploy.cli.secrets import write_private
from deploy.cli.trouble import Trouble, from_log

LAUNCH = Path(__file__).with_name("launch.py")
POLL_SECONDS = 0.05
BROKEN = frozenset({"backoff", "exited", "unknown"})
STOPPED = frozenset({"stopped", "fatal", "exited", "unknown"})
# What of the caller's environment reaches the processes: the machine's own settings, nothing else.
KEPT = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|.*_PROXY|SSL_CERT_.*|REQUESTS_CA_BUNDLE|OTEL_.*", re.IGNORECASE
)
#: What they get besides. Sixteen pools of memory, which threads that wait together leave each with its own peak, are
#: fourteen too many where one thread at a time computes.
ALWAYS = {"PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2"}
MANAGER = """\
[supervisord]
nodaemon = true
silent = true
umask = 077
logfile = logs/manager.log
logfile_maxbytes = 5MB
logfile_backups = 1
pidfile = run/manager.pid
childlogdir = logs
{user}
[unix_http_server]
file = /proc/self/cwd/run/manager.sock
chmod = 0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
PROGRAM = """
[program:{name}]
command = {command}
autostart = false
autorestart = true
startsecs = 1
startretries = 100
stopsignal = {stop_signal}
stopwaitsecs = {stop_seconds}
redirect_stderr = true
stdout_logfile = logs/{name}.log
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 3
"""


@dataclass(frozen=True)
class Program:
    """What is run under a name. `user` is taken on by the program itself when the caller is root."""

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    user: str | None = None
    stop_signal: str = "TERM"
    stop_seconds: int = 20


@dataclass(frozen=True)
class ProcessState:
    name: str
    pid: int | None
    state: str
    started: int


def configuration(programs: Iterable[Program], *, python: str = sys.executable) -> str:
    """Paths in it are relative to the state folder, so only the interpreter's own path has to be quoted."""
    parts = [MANAGER.format(user="user = root\n" if os.geteuid() == 0 else "")]
    for program in programs:
        command = shlex.join([python, "-I", str(LAUNCH), f"run/{program.name}.json"])
        if re.search(r"\s[;#]|[\r\n]", command):
            raise Trouble(
                f"The path {python} can not be written into a configuration.", "move the folder, then try again."
            )
        parts.append(
            PROGRAM.format(
                name=program.name,
                command=command.replace("%", "%%"),
                stop_signal=program.stop_signal,
                stop_seconds=program.stop_seconds,
            )
        )
    return "".join(parts)


class _Connection(http.client.HTTPConnection):
    """HTTP over the manager's socket. The way over a folder's handle has no limit of length."""

    def __init__(self, folder: Path) -> None:
        super().__init__("localhost", timeout=30)
        self._folder = folder

    def connect(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(self.timeout)
            self.sock.connect(f"/proc/self/fd/{handle}/manager.sock")
        except OSError:
            self.sock.close()
            raise
        finally:
            os.close(handle)


class _Transport(xmlrpc.client.Transport):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        connection = _Connection(self._folder)
        self._connection = host, connection  # which the base class closes
        return connection


class Manager:
    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir
        self._run = state_dir / "run"
        self._logs = state_dir / "logs"
        self._started: subprocess.Popen[bytes] | None = None

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def begin(self, programs: Sequence[Program], environment: Mapping[str, str]) -> None:
        """Starts the manager; the programs wait for `start`."""
        for program in programs:
            self.describe(program)
        (self._run / "manager.conf").write_text(configuration(programs), encoding="utf-8")
        kept = {name: value for name, value in environment.items() if KEPT.fullmatch(name)}
        output = self.log("manager-output")
        with output.open("wb") as file:
            self._started = subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "-c", "run/manager.conf"],
                cwd=self._state_dir,
                env={**kept, belongings.MARK: str(self._state_dir), **ALWAYS},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        while self.states() is None:
            if self._started.poll() is not None:
                raise from_log("The process manager ended at once.", output)
            time.sleep(POLL_SECONDS)

    def describe(self, program: Program) -> None:
        """What `launch` becomes the next time the program starts."""
        description = {
            "command": program.command,
            "environment": dict(program.environment),
            "folder": str(program.folder),
            "user": program.user,
        }
        write_private(self._run / f"{program.name}.json", json.dumps(description))

    def states(self) -> list[ProcessState] | None:
        """None when no manager answers."""
        try:
            answer = self._call("getAllProcessInfo")
        except OSError:
            return None
        return [
            ProcessState(entry["name"], entry["pid"] or None, entry["statename"].lower(), entry["start"])
            for entry in answer
        ]

    def state(self, name: str) -> ProcessState:
        found = next((state for state in self.states() or [] if state.name == name), None)
        if found is None:
            raise Trouble(f"No process {name} is managed here.", "see ./hemvist status.")
        return found

    def start(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(xmlrpc.client.Fault):  # already started
                self._call("startProcess", name, False)

    def wait(
        self, names: Sequence[str], ready: Callable[[], bool], *, seconds: float, what: str, once: bool = True
    ) -> None:
        """Until ready. Gives up when one of these processes ended for good, or has ended at all when `once`."""
        until = time.monotonic() + seconds
        first = {name: self.state(name).started for name in names}
        while not ready():
            for name in names:
                state = self.state(name)
                if state.state == "fatal" or (once and (state.state in BROKEN or state.started != first[name])):
                    raise from_log(f"{name} ended while it was starting.", self.log(name))
            if time.monotonic() > until:
                raise Trouble(
                    f"{what} did not become ready within {seconds:.0f} s.",
                    f"see what they say: {' '.join(str(self.log(name)) for name in names) or 'their own logs'}",
                )
            time.sleep(POLL_SECONDS)

    def stop(self, names: Iterable[str]) -> None:
        """Stops these at the same time and waits for all."""
        stopping = set(names)
        for name in stopping:
            with suppress(xmlrpc.client.Fault):  # not running
                self._call("stopProcess", name, False)
        while any(state.name in stopping and state.state not in STOPPED for state in self.states() or []):
            time.sleep(POLL_SECONDS)

    def kill(self, name: str) -> None:
        """Returns when the process is gone and the manager has seen it; it starts the program again by itself."""
        killed = self.state(name).pid
        self._call("signalProcess", name, "KILL")
        while killed and self.state(name).pid == killed:
            time.sleep(POLL_SECONDS)

    def finish(self) -> None:
        """Ends the manager itself and whatever it still runs."""
        with suppress(OSError, xmlrpc.client.Fault):
            self._call("shutdown")
        belongings.end(self._state_dir, names=[""])
        self.reap()

    def let_go(self) -> None:
        """The manager goes on when this process ends. Without a word about it from Python, too."""
        if self._started:
            self._started.returncode = 0

    def reap(self) -> None:
        """Takes note of the end of a manager that this process started."""
        if self._started:
            self._started.wait()
            self._started = None

    def _call(self, method: str, *arguments: Any) -> Any:
        with xmlrpc.client.ServerProxy("http://manager", transport=_Transport(self._run)) as server:
            return getattr(server.supervisor, method)(*arguments)
