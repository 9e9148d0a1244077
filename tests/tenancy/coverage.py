"""What a scene has to hold for a service to be covered."""

import inspect

from services.kernel.process.service import Service
from tests.tenancy.scenes import Scene

#: Operations that concern no municipality, each with its reason.
TENANTLESS = {"list_municipalities": "the public directory: an applicant chooses the municipality from it"}

#: What the kernel gives a handler beside what the path names.
_GIVEN = {"unit", "database", "body", "query", "page", "after", "headers", "file"}


def path_parameters(service: type[Service], operation: str) -> list[str]:
    """What an operation's path names, beside the municipality."""
    handler = getattr(service, operation).hemvist_handler
    return [name for name in inspect.signature(handler).parameters if name not in _GIVEN]


def uncovered(service: type[Service], scene: Scene) -> list[str]:
    """Every operation, reaction and duty that no case reaches, and why."""
    found = []
    for name, operation in service.operations().items():
        if operation.tenantless and name not in TENANTLESS:
            found.append(f"{name} concerns no municipality: state the reason in TENANTLESS")
        missing = [parameter for parameter in path_parameters(service, name) if parameter not in scene.ids]
        if missing:
            found.append(f"{name}: the scene names no {', '.join(missing)}")
        if operation.headers is not None and name not in scene.headers:
            found.append(f"{name}: the scene has no headers")
        body = operation.body
        if body is not None and body().fields and not body.example and name not in scene.bodies:
            found.append(f"{name}: neither the contract nor the scene has a body")
    for event in service.reactions():
        if event not in scene.events:
            found.append(f"on_{event.name}: the scene has no event of it")
    for name, (duty, _) in service.duties().items():
        if duty.each_night_at is None and name not in scene.subjects:
            found.append(f"{name}: the scene names no subject of this duty")
    spoken_of = set(scene.bodies) | set(scene.refused) | set(scene.headers) | scene.everywhere
    stale = spoken_of - set(service.operations())
    return found + [f"{name}: the scene speaks of an operation that is not there" for name in sorted(stale)]
