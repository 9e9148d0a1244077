"""What the gateway says about itself: `/openapi.json` and `/asyncapi.json`, as pages `/docs` and `/asyncapi` from files
of our own, and `/api-info` as DIGG's profile wants it (VER.06).

The descriptions are written by a process of its own (`python -m gateway.describing`) when somebody asks for them: what
is needed for that is as much memory again as the gateway holds otherwise.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, redirect, request
from flask_swagger_ui import get_swaggerui_blueprint

from gateway.describing import events_page
from gateway.interface import ROOT, said_of_it
from gateway.settings import GatewaySettings

#: Swagger UI's page has a script of its own inside; nothing may come from, or go to, anywhere else.
_DOCS_SECURITY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FOLDER = Path(__file__).parents[1]
_PATIENCE = 60.0  #: seconds in which the descriptions are written; two as a rule


def serve(app: Flask, settings: GatewaySettings) -> None:
    """Serves all of it."""
    app.register_blueprint(_page())
    about = Blueprint("about", __name__)
    written = _Written(settings)

    @about.get("/openapi.json")
    def openapi() -> Response:
        return written.openapi(f"https://{{host}}{request.script_root}{ROOT}")

    @about.get("/docs/openapi.json")
    def openapi_of_the_page() -> Response:
        return written.openapi(f"{request.script_root}{ROOT}")

    @about.get("/asyncapi.json")
    def events() -> Response:
        return Response(written.texts["asyncapi"], content_type="application/json")

    @about.get("/asyncapi")
    def events_read() -> Response:
        answer = Response(written.texts["events_page"], content_type="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = events_page.SECURITY
        return answer

    @about.get("/docs")
    def docs() -> Any:
        return redirect(f"{request.script_root}{ROOT}/docs/", 308)

    @about.get("/api-info")
    def api_info() -> Response:
        return jsonify(said_of_it(_documentation()))

    app.register_blueprint(about, url_prefix=ROOT)


def _documentation() -> str:
    """Where the readable page is, from where the request came."""
    return f"{request.host_url.rstrip('/')}{request.script_root}{ROOT}/docs/"


class _Written:
    """The descriptions, written once; but for the addresses, which are where the request came from."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._said = _said_by_the_operator(settings)
        self._turn = Lock()  # whoever asks meanwhile waits for the one process
        self._texts: dict[str, str] = {}

    @property
    def texts(self) -> dict[str, str]:
        """The texts, by name."""
        with self._turn:
            if not self._texts:
                self._texts = _write()
                spec = json.loads(self._texts["openapi"])
                spec["info"] |= self._said
                self._texts["openapi"] = json.dumps(spec, ensure_ascii=False)
            return self._texts

    def openapi(self, url: str) -> Response:
        """OpenAPI's description of what is served below an address. The readable page names it without a host: its
        security policy lets it ask nobody else than where it came from, however that is reached."""
        host = {"default": request.host, "description": "Where the interface is reached. Där gränssnittet nås."}
        where = {
            "servers": [{"url": url, "variables": {"host": host}} if "{host}" in url else {"url": url}],
            "externalDocs": {"description": "A readable page. En läsbar sida.", "url": _documentation()},
        }
        text = f"{json.dumps(where, ensure_ascii=False)[:-1]}, {self.texts['openapi'][1:]}"
        return Response(text, content_type="application/json")


def _write() -> dict[str, str]:
    """What the process writes that describes. It is given none of our settings: it needs no secret."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HEMVIST_")}
    command = [sys.executable, *("-W", "ignore"), "-m", "gateway.describing"]
    done = subprocess.run(  # noqa: S603  # a command of our own
        command, cwd=_FOLDER, env=environment, stdout=subprocess.PIPE, check=True, timeout=_PATIENCE
    )
    texts: dict[str, str] = json.loads(done.stdout)
    return texts


def _said_by_the_operator(settings: GatewaySettings) -> dict[str, Any]:
    """Terms, contact and level of service (DOK.03, DOK.08)."""
    return {
        "termsOfService": settings.terms_url,
        "contact": {
            "name": "The municipality's own administration (kommunens förvaltning)",
            "url": settings.contact_url,
            "email": settings.contact_email,
        },
        "x-sla": {
            "availability": settings.availability,
            "responseTime": settings.response_time,
            "support": settings.support,
        },
    }


def _page() -> Blueprint:
    config = {
        "app_name": "Hemvist",
        "validatorUrl": None,  # otherwise it sends the address of our description to somebody else's server
        "oauth2RedirectUrl": f"{ROOT}/docs/oauth2-redirect.html",
    }
    page: Blueprint = get_swaggerui_blueprint(f"{ROOT}/docs", f"{ROOT}/docs/openapi.json", config=config)

    @page.after_request
    def _secured(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = _DOCS_SECURITY
        return answer

    return page
