"""What a service's process has one of, as nameko gives it to each worker."""

from pathlib import Path
from typing import Any

import eventlet
from eventlet.greenpool import GreenPool
from nameko.extensions import DependencyProvider

from services.kernel.basics import clock
from services.kernel.basics.log import failed
from services.kernel.contracts.faults import ServiceUnavailable
from services.kernel.files import store
from services.kernel.files.shelf import Shelves
from services.kernel.messages.broker import LOST
from services.kernel.messages.outlets import Outlets
from services.kernel.messages.relay import Relay
from services.kernel.process.line import GreenLine
from services.kernel.process.settings import ServiceSettings
from services.kernel.rows import green
from services.kernel.rows.database import Database
from services.kernel.work import (
    errands,
)
from services.kernel.work.clockwork import Clockwork

_MUNICIPALITIES_AT_ONCE = 4  #: for which one process carries out duties beside each other
SETTINGS = "hemvist"  #: the key in nameko's configuration under which the settings lie


class Platform(DependencyProvider):  # type: ignore[misc]
    """What a service's process has one of: settings, database, relay, the sign of life."""

    def setup(self) -> None:
        self.settings: ServiceSettings = self.container.config[SETTINGS]
        self.database = Database(
            self.settings.database_url,
            self.settings.master_keys,
            service=self.container.service_name,
            connections=self.settings.workers + _MUNICIPALITIES_AT_ONCE + errands.UNITS + 2,
            idempotency_days=self.settings.idempotency_days,
            told_days=self.settings.told_days,
            shelf_of=Shelves(store.opened(self.settings.file_store), self.container.service_name).of,
            declared=self.container.service_cls.declared_settings(),
            in_production=self.settings.environment == "production",
            outlets=Outlets(
                mail=self.settings.mail,
                sms_secrets=self.settings.sms_secrets,
                connections=self.settings.connections,
            ),
        )
        self.relay = Relay(
            self.container.service_name,
            self.settings.relay_database_url,
            self.settings.broker_url,
            sleep=eventlet.sleep,
            line=GreenLine(self.settings.broker_url),
            connect=green.Connection.connect,
        )
        pool = GreenPool(_MUNICIPALITIES_AT_ONCE)
        self.clockwork = Clockwork(
            self.container.service_name,
            self.database,
            self.settings.relay_database_url,
            self.container.service_cls.duties(),
            delays=self.settings.retry_delays,
            spawn=pool.spawn_n,
            crowded=lambda: pool.waiting() > 0,
            send=eventlet.spawn_n,
            sleep=eventlet.sleep,
        )

    def start(self) -> None:
        self.container.spawn_managed_thread(self.relay.run)
        self.container.spawn_managed_thread(self.clockwork.run)
        if self.settings.alive_file:
            self.container.spawn_managed_thread(self._show_life)

    def stop(self) -> None:
        self.relay.stop()
        self.clockwork.stop()
        self.database.close()

    def get_dependency(self, worker_ctx: Any) -> "Platform":  # noqa: ARG002
        return self

    def _show_life(self) -> None:
        line = GreenLine(self.settings.broker_url)
        while True:
            try:
                self.database.ping()
                line.channel.basic_qos(0, 1, False)
                Path(str(self.settings.alive_file)).write_text(str(clock.seconds()), encoding="ascii")
            except (ServiceUnavailable, *LOST) as problem:
                failed("not_alive", problem)
                line.close()
            eventlet.sleep(5)
