"""The five services and their contracts, found by looking: what is merged is tested."""

import importlib
import inspect
from collections.abc import Iterator
from typing import Any

import marshmallow
from marshmallow import fields, validate

from deploy.cli.names import SERVICES as NAMES
from gateway.routes import Route
from services.kernel.contracts import Event, Operation, Schema, declared, hiding
from services.kernel.contracts.schema import dump
from services.kernel.process.service import Service


def service_of(name: str) -> type[Service]:
    """The nameko class of a service."""
    module = importlib.import_module(f"services.{name}.service")
    (found,) = (
        member
        for member in vars(module).values()
        if inspect.isclass(member) and issubclass(member, Service) and member.__module__ == module.__name__
    )
    assert found.name == name
    return found


SERVICES: dict[str, type[Service]] = {name: service_of(name) for name in NAMES}


def events_of(name: str) -> dict[str, Event]:
    """The events that a service's contract declares, by type."""
    return {event.type: event for event in declared(SERVICES[name].contract, Event) if event.source == name}


def operations() -> Iterator[tuple[str, Operation, Any]]:
    """Every operation with its service's name and its handler."""
    for name, service in SERVICES.items():
        for method, operation in service.operations().items():
            yield name, operation, getattr(service, method).hemvist_handler


def declarations() -> list[Operation]:
    """Every operation once, also those that the kernel gives to every service."""
    return list(dict.fromkeys(operation for _, operation, _ in operations()))


def path_parameters(route: Route) -> list[str]:
    """The names in a route's path, without the municipality."""
    parts = route.operation.path.split("/")
    names = [part[1:-1] for part in parts if part.startswith("<")]
    return [name for name in names if name != "municipality"]


def below(schema: marshmallow.Schema) -> Iterator[tuple[str, fields.Field[Any]]]:
    """Every field of a schema and of those inside it, with its path."""
    for name, field in schema.fields.items():
        yield from _below(name, field)


def _below(path: str, field: fields.Field[Any]) -> Iterator[tuple[str, fields.Field[Any]]]:
    yield path, field
    match field:
        case fields.Nested():
            for inner, found in below(field.schema):
                yield f"{path}/{inner}", found
        case fields.List():
            yield from _below(f"{path}/*", field.inner)


def schemas_in() -> list[type[Schema]]:
    """The schemas of everything that comes in."""
    given = ((each.body, each.query, each.headers) for each in declarations())
    return list(dict.fromkeys(schema for schemas in given for schema in schemas if schema))


def schemas_out() -> list[type[Schema]]:
    """The schemas of every answer."""
    answers = ((operation.answer, operation.waits) for operation in declarations())
    return list(dict.fromkeys(schema for schemas in answers for schema in schemas if schema))


class _SeesAll:
    """Whoever has the right and a reason."""

    sees_protected, actor, homes_known, protected_staff = True, "", (), ()


def dump_whole(schema: type[Schema], values: Any) -> dict[str, Any]:
    """As `dump`, for whoever is shown protected identities: what is not in the form need not be there."""
    token = hiding.viewer.set(_SeesAll())
    try:
        return dump(schema, values)
    finally:
        hiding.viewer.reset(token)


def choices(field: fields.Field[Any]) -> list[str]:
    """Every value that a parameter of a query can have, as it is written in an address; none when they are endless."""
    if isinstance(field, fields.Boolean):
        return ["true", "false"]
    for validator in field.validators:
        if isinstance(validator, validate.OneOf):
            return list(validator.choices)
    return []
