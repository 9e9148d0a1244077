"""Puts the gateway together: the WSGI application that a server runs."""

import multiprocessing
import os
import re
import signal
import time
from collections.abc import Sequence
from threading import Thread
from typing import Any

from flask import Blueprint, Flask, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from gateway import about, health, problems, trace
from gateway.auth import Authority
from gateway.bell import Bell
from gateway.client import Client
from gateway.endpoints import Gateway, add
from gateway.files import Files
from gateway.interface import ROOT
from gateway.limits import InFlight, Limits
from gateway.readiness import Readiness
from gateway.routes import ROUTES, Route
from gateway.settings import GatewaySettings
from gateway.transfers import Transfers
from gateway.turns import Order, Turns
from services.kernel.basics import log, memory
from services.kernel.basics.environment import SettingsInvalid
from services.kernel.basics.ids import new_id
from services.kernel.contracts.faults import Fault
from services.kernel.files import store
from services.kernel.files.reception import Reception
from services.kernel.files.scanner import Scanner

BODY_LIMIT = 1024 * 1024  #: bytes
_REQUEST_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9._-]{8,64}")  # a letter, so that it is no personal number
#: on every answer, unless it says otherwise itself
_SECURITY = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("Server", "hemvist"),  # otherwise the server names itself
    ("X-Content-Type-Options", "nosniff"),
)


def create_app() -> Flask:
    """The application, set up from the environment; `SettingsInvalid` names what is missing."""
    Thread(target=_end_with_parent, daemon=True).start()
    settings = GatewaySettings.read()
    log.configure(settings.log_level, service="gateway")
    app = build(settings)
    memory.settle()
    return app


def _end_with_parent() -> None:
    """The server's first process starts this one and watches it. Left behind alone it would go on answering at the same
    port, beside a successor that counts limits and places anew."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)


def build(settings: GatewaySettings, routes: Sequence[Route] = ROUTES) -> Flask:
    """The application of these settings. Connects to nothing yet."""
    missing = sorted({service for route in routes for service in route.parts} - settings.wire_keys.keys())
    if missing:
        raise SettingsInvalid([f"HEMVIST_WIRE_KEYS names no key for {', '.join(missing)}"])
    app = Flask("gateway", static_folder=None)
    app.config.update(HEMVIST_ROOT=ROOT, MAX_CONTENT_LENGTH=BODY_LIMIT)
    app.wsgi_app = _secured(app.wsgi_app)  # type: ignore[method-assign]
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    client = Client(settings.broker_url, settings.wire_keys, timeout=settings.timeout)
    app.extensions["hemvist"] = Gateway(
        client,
        Authority(settings.tenants_file, settings.issuer_dir, plain_http=settings.environment != "production"),
        Limits(per_municipality=settings.per_municipality, public=settings.public, per_client=settings.per_client),
        Readiness(client),
        Turns(Order(settings.at_once, settings.threads * 3 // 8), settings.waiting),
        InFlight(settings.threads),
        Files(
            store.opened(settings.file_store),
            Reception(Scanner.at(settings.scanner) if settings.scanner else None),
            Transfers(settings.file_places),
            settings.file_limit,
        ),
        Bell(settings.broker_url, places=settings.feed_places),
    )
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_error_handler(HTTPException, problems.of_http)
    app.register_error_handler(Fault, problems.of_fault)
    app.register_error_handler(Exception, problems.of_anything)
    for tag in dict.fromkeys(route.tag for route in routes):
        blueprint = Blueprint(tag, __name__, url_prefix=ROOT)
        for route in routes:
            if route.tag == tag:
                add(blueprint, route)
        app.register_blueprint(blueprint)
    about.serve(app, settings)
    app.register_blueprint(health.blueprint, url_prefix=ROOT)
    return app


def _secured(serve: Any) -> Any:
    """Whatever answers, these headers stand on it unless it says otherwise itself."""

    def served(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *trouble: Any) -> Any:
            said = {name for name, _ in headers}
            return start_response(status, [*headers, *(item for item in _SECURITY if item[0] not in said)], *trouble)

        return serve(environ, start)

    return served


def _begin() -> None:
    g.began = time.perf_counter()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else new_id()
    g.traceparent = trace.of(request.headers.get(trace.HEADER))
    g.quotas = []
    g.tenant = None
    g.body_was_read = False


def _finish(answer: Response) -> Response:
    answer.headers["X-Request-ID"] = g.request_id
    answer.headers[trace.HEADER] = g.traceparent
    if not g.body_was_read and (request.content_length or "Transfer-Encoding" in request.headers):
        answer.headers["Connection"] = (
            "close"  # the server hangs up on what nobody reads: no request is to follow there
        )
    if g.quotas:
        answer.headers["RateLimit-Policy"] = ", ".join(quota.policy for quota in g.quotas)
        answer.headers["RateLimit"] = ", ".join(quota.state for quota in g.quotas)
    # The rule, not the path, and only a municipality that exists: what somebody put into a path is not ours to keep.
    fields: dict[str, Any] = {"rule": request.url_rule.rule if request.url_rule else None}
    log.logger.info(
        "request",
        method=request.method,
        **fields,
        status=answer.status_code,
        milliseconds=round((time.perf_counter() - g.began) * 1000, 1),
        tenant=g.tenant,
        request_id=g.request_id,
    )
    return answer
