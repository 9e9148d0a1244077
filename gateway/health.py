"""Whether the gateway lives, and whether every service behind it answers."""

from flask import Blueprint, Response, jsonify

from gateway.endpoints import gateway

blueprint = Blueprint("health", __name__)


@blueprint.get("/health/live")
def live() -> Response:
    """The process answers."""
    return jsonify({"status": "live"})


@blueprint.get("/health/ready")
def ready() -> tuple[Response, int]:
    """Every service and its database answer: 200, else 503 with those that do not."""
    states = gateway().readiness.states()
    everything = all(state == "up" for state in states.values())
    body = {"status": "ready" if everything else "not_ready", "services": states}
    return jsonify(body), 200 if everything else 503
