"""Whether the gateway lives, and whether every service behind it answers."""

from flask import Blueprint, Response, jsonify

from gateway.endpoints import gateway
from services.kernel.contracts.faults import Fault

blueprint = Blueprint("health", __name__)


class NotReady(Fault):
    """Not every service answers. `services` says which."""

    status = 503


@blueprint.get("/health/live")
def live() -> Response:
    """The process answers."""
    return jsonify({"status": "live"})


@blueprint.get("/health/ready")
def ready() -> Response:
    """Every service and its database answer; else `NotReady` with those that do not."""
    states = gateway().readiness.states()
    if any(state != "up" for state in states.values()):
        raise NotReady(extra={"services": states})
    return jsonify({"status": "ready", "services": states})
