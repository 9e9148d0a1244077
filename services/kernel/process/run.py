"""Runs one service as a process. Import this before anything else: it makes the standard library cooperative."""

import os

# psycopg's own wait function would block every green thread of the process; it is chosen when psycopg is imported.
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_select")
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

import eventlet

eventlet.monkey_patch()

import gc
import signal
import sys
from typing import Any

from nameko.runners import ServiceRunner

from services.kernel.basics import log, memory
from services.kernel.basics.environment import SettingsInvalid
from services.kernel.process.settings import ServiceSettings

BESIDE = 4  #: workers for what concerns no municipality, such as the question whether the service lives


def run(service: type[Any]) -> None:
    """Runs the service until SIGTERM or SIGINT; exits with 2 when the settings are not right."""
    from services.kernel.process.platform import SETTINGS  # noqa: PLC0415  # nameko may only be imported after patching

    try:
        settings = ServiceSettings.read()
    except SettingsInvalid as invalid:
        for problem in invalid.problems:
            print(f"{service.name}: {problem}", file=sys.stderr)  # noqa: T201  # logs are not configured yet
        sys.exit(2)
    log.configure(settings.log_level, service=service.name)
    runner = ServiceRunner(
        {
            "AMQP_URI": settings.broker_url,
            "max_workers": settings.workers + BESIDE,
            "HEARTBEAT": 20,
            SETTINGS: settings,
        }
    )
    runner.add_service(service)
    stop = eventlet.Event() if hasattr(eventlet, "Event") else eventlet.event.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None if stop.ready() else stop.send(None))
    runner.start()
    memory.settle()
    log.logger.info("service_started", workers=settings.workers, settled=gc.get_freeze_count())
    watcher = eventlet.spawn(runner.wait)
    watcher.link(lambda _: None if stop.ready() else stop.send(None))
    stop.wait()
    if watcher.dead:
        try:
            watcher.wait()
        except Exception as problem:  # its text could hold what somebody wrote
            log.failed("service_died", problem)
            sys.exit(1)
    runner.stop()
    log.logger.info("service_stopped")
