"""The description as DIGG's national REST API profile wants it: paths below the server's address, parameters named with
hyphens and said by each operation, links from what was made to where it is read."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gateway.endpoints import LONGEST_NAME
from gateway.routes import Route

_NAMED = re.compile(r"[<{](\w+)[>}]")
_SLUG = "^[a-z0-9-]+$"
_TEXTS = {
    "municipality": "The municipality's name in addresses. Kommunens adressnamn.",
    "setting_name": "The service and the setting's name. Tjänsten och inställningens namn.",
    "area": "The area that is assessed. Området som bedöms.",
    "year": "The tariff's year. Taxans år.",
}
_AN_ID = "An id, as another answer gave it. Ett id, som ett annat svar gav det."


def path_of(path: str) -> str:
    """A route's path (`/homes/<home_id>`) as it is described: `/homes/{home-id}` (UFN.09)."""
    return _NAMED.sub(lambda found: "{" + _hyphened(found[1]) + "}", path)


def _hyphened(name: str) -> str:
    return name.replace("_", "-")


def arranged(paths: Mapping[str, Mapping[str, Any]], root: str) -> dict[str, dict[str, Any]]:
    """The paths below the server's address (UFN.01), each operation with its own parameters (DOK.19)."""
    return {path_of(path.removeprefix(root)): _operations(path, item) for path, item in paths.items()}


def _operations(path: str, item: Mapping[str, Any]) -> dict[str, Any]:
    named = [_parameter(name) for name in _NAMED.findall(path)]
    operations = {method: operation for method, operation in item.items() if method != "parameters"}
    return {
        method: {**operation, "parameters": [*named, *operation.get("parameters", [])]}
        for method, operation in operations.items()
    }


def _parameter(name: str) -> dict[str, Any]:
    form = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}
    return {
        "in": "path",
        "name": _hyphened(name),
        "required": True,
        "description": _TEXTS.get(name, _AN_ID),
        "schema": form | ({"pattern": _SLUG} if name == "municipality" else {}),
    }


def link(paths: Mapping[str, Mapping[str, Any]], routes: Iterable[Route]) -> None:
    """Leads from what was made to the operation that reads it (MOG.02), in the answers of those that make something."""
    routes = tuple(routes)
    readers = {_shape(route.operation.path): route for route in routes if route.operation.reads}
    for route in routes:
        operation = route.operation
        responses = paths[path_of(operation.path)][operation.method.lower()]["responses"]
        for status, where in _made(route):
            responses[str(status)]["links"] = {"read": _link(route, where, readers[_shape(where)])}


def _shape(path: str) -> str:
    return _NAMED.sub("<>", path)


def _made(route: Route) -> Iterator[tuple[int, str]]:
    """With which statuses something was made, and where it is read: a path with what stands in the answer in braces."""
    operation = route.operation
    if operation.location is not None:
        yield operation.status, f"/<municipality>{operation.location}"
    elif operation.creates:
        yield 201, operation.path


def _link(maker: Route, where: str, reader: Route) -> dict[str, Any]:
    given = _NAMED.findall(maker.operation.path)
    names = zip(_NAMED.findall(reader.operation.path), _NAMED.findall(where), strict=True)
    return {
        "operationId": reader.operation.name,
        "description": "Where it is read. Var det läses.",
        "parameters": {
            _hyphened(name): f"$request.path.{_hyphened(found)}" if found in given else f"$response.body#/{found}"
            for name, found in names
        },
    }
