"""Whether the gateway lives, and whether every service behind it answers."""

from flask import Blueprint, Response, jsonify

from gateway.endpoints import gateway
from services.kernel import clock
from services.kernel.context import Context
from services.kernel.errors import Fault
from services.kernel.ids import new_id

blueprint = Blueprint("health", __name__)

_PATIENCE = 1.0  #: seconds that a service has to answer


@blueprint.get("/health/live")
def live() -> Response:
    """The process answers."""
    return jsonify({"status": "live"})


@blueprint.get("/health/ready")
def ready() -> tuple[Response, int]:
    """Every service and its database answer: 200, else 503 with those that do not."""
    states = {service: _state(service) for service in gateway().client.services}
    everything = all(state == "up" for state in states.values())
    body = {"status": "ready" if everything else "not_ready", "services": states}
    return jsonify(body), 200 if everything else 503


def _state(service: str) -> str:
    context = Context(tenant="", actor="", request_id=new_id(), deadline=clock.seconds() + _PATIENCE)
    try:
        reply = gateway().client.call(service, "ping", context, {})
    except Fault:
        return "down"
    return "down" if "fault" in reply else "up"
