"""Becomes the program that a private file describes. So secrets reach a process in its environment only: never through
the process list, the manager's configuration or its quoting rules. Run by path, standard library only.
"""

import json
import os
import pwd
import sys
from pathlib import Path


def main() -> None:
    program = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if program["user"]:
        user = pwd.getpwnam(program["user"])
        os.initgroups(user.pw_name, user.pw_gid)
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
    os.chdir(program["folder"])
    command = program["command"]
    os.execve(command[0], command, {**os.environ, **program["environment"]})  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    main()
