"""A private PostgreSQL below the state folder: on 127.0.0.1 only, passwords only, small.

As root it runs as the user `postgres`, because PostgreSQL refuses root. Knows nothing of Hemvist's databases.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy.cli import packages
from deploy.cli.names import POSTGRES
from deploy.cli.processes import Program
from deploy.cli.secrets import write_private
from deploy.cli.trouble import Trouble

NAME = POSTGRES
MADE = "made"
PACKAGES = ("postgresql",)
SERVER_USER = "postgres"
# Statements and the details of constraint errors hold people's data and stay out of the server's log.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True)
class PrivatePostgres:
    folder: Path
    programs: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def prepare(self, password: str) -> None:
        """Makes the database cluster once. A half-made one of an interrupted run is made again."""
        user = _server_user()
        if user:
            _check_way(self.folder.parent, user)
        self._own_folder(user)
        if (self.folder / MADE).exists():
            self._forget_stale_pid()
            return
        password_file = self.folder / "password"
        write_private(password_file, password)
        if user:
            os.chown(password_file, user.pw_uid, user.pw_gid)
        try:
            self._initdb(password_file, user)
        finally:
            password_file.unlink()
        (self.folder / MADE).touch()

    def program(self, port: int) -> Program:
        settings = [f"--{name}={value}" for name, value in {**SETTINGS, "port": str(port)}.items()]
        user = _server_user()
        return Program(
            name=POSTGRES,
            command=(str(self.programs / "postgres"), "-D", str(self.data), *settings),
            folder=self.folder,
            user=user.pw_name if user else None,
            stop_signal="INT",  # ends sessions; TERM would wait for them
        )

    def _own_folder(self, user: pwd.struct_passwd | None) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if user:
            os.chown(self.folder, user.pw_uid, user.pw_gid)

    def _initdb(self, password_file: Path, user: pwd.struct_passwd | None) -> None:
        arguments = ["--auth=scram-sha-256", f"--pwfile={password_file}", "--username=postgres", "--encoding=UTF8"]
        subprocess.run(["rm", "-rf", "--", self.data], check=True)
        done = subprocess.run(
            [self.programs / "initdb", f"--pgdata={self.data}", "--locale=C.UTF-8", "--data-checksums", *arguments],
            cwd=self.folder,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Trouble(
                f"initdb failed:\n{done.stdout}{done.stderr}", "correct what it says, then ./hemvist up again."
            )

    def _forget_stale_pid(self) -> None:
        """After a crash of the machine the file can name a number that now belongs to something else; PostgreSQL would
        take that for itself still running. Called only when nothing of ours runs."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)


def find(folder: Path) -> PrivatePostgres | None:
    """With the programs of the version that made the data, when there is data."""
    version = folder / "data" / "PG_VERSION"
    made = (folder / MADE).exists()
    major = int(version.read_text(encoding="ascii")) if made else None
    programs = packages.find_postgres(major=major)
    if programs is None and made:
        raise Trouble(
            f"The data in {folder} needs PostgreSQL {major}, which is not installed.",
            f"install postgresql-{major}, or delete {folder.parent} to start without data.",
        )
    return PrivatePostgres(folder=folder, programs=programs) if programs else None


def answers(admin_url: str) -> bool:
    try:
        with psycopg.connect(admin_url, connect_timeout=2) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _server_user() -> pwd.struct_passwd | None:
    return pwd.getpwnam(SERVER_USER) if os.geteuid() == 0 else None


def _check_way(state_dir: Path, user: pwd.struct_passwd) -> None:
    """PostgreSQL's user must be able to enter every folder on the way to its data."""
    for folder in [*reversed(state_dir.parents), state_dir]:
        done = subprocess.run(
            ["test", "-x", folder], user=user.pw_uid, group=user.pw_gid, extra_groups=[], check=False, cwd="/"
        )
        if done.returncode != 0:
            raise Trouble(
                f"You are root, so PostgreSQL has to run as the user {user.pw_name}, who may not enter {folder}.",
                f"set HEMVIST_STATE_DIR to a folder that everyone may enter, e.g. HEMVIST_STATE_DIR=/var/lib/hemvist "
                f"./hemvist up; or allow it: chmod o+x {folder}; or run ./hemvist as another user than root.",
            )
