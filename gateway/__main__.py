"""Runs the gateway: `python -m gateway`."""

import sys

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from gateway.settings import GatewaySettings
from services.kernel.basics.environment import SettingsInvalid

BUFFER = 64 * 1024  #: bytes of a request that the server holds for a connection before somebody reads them

if __name__ == "__main__":
    try:
        settings = GatewaySettings.read()
    except SettingsInvalid as invalid:
        for problem in invalid.problems:
            print(f"gateway: {problem}", file=sys.stderr)  # noqa: T201  # logs are not configured yet
        sys.exit(2)
    Granian(
        "gateway.app:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=1,
        # A file holds its thread for as long as its sender or reader takes, whoever waits for events or a turn until it
        # comes, and a refusal for a while: never the others' threads. One is made when it is needed.
        blocking_threads=settings.threads + settings.file_places + settings.feed_places + 2 * settings.waiting,
        http1_settings=HTTP1Settings(max_buffer_size=BUFFER),
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=5,
    ).serve()
