"""What the served description says beyond what schemathesis reads of it: where ids come from, and what is free text."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, TypeAlias

import schemathesis
from schemathesis.schemas import APIOperation
from schemathesis.transport.serialization import serialize_binary

from gateway.routes import ROUTES

MUNICIPALITY = "municipality"
ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ROLES = {route.operation.name: route.operation.roles for route in ROUTES}
_ANYTHING = {None, r"\s*\S", r"^[^\x00-\x1f]{1,100}$(?!\n)"}  #: patterns that leave a text free
_SHORT = 40  #: characters; where no more fit, it is no free text

schemathesis.serializer("application/pdf", "text/csv")(
    lambda _, value: serialize_binary(value)
)  # files are as they are

Json = dict[str, Any]
Operation: TypeAlias = "APIOperation[Any, Any, Any, Any]"


class Description:
    """One that is served at `/openapi.json`."""

    def __init__(self, spec: Json) -> None:
        self.spec = spec
        found = schemathesis.openapi.from_dict(_without_tokens(spec)).get_all_operations()
        self.operations: list[Operation] = [result.ok() for result in found]
        #: what everybody may know, since it stands in the examples
        self.public_ids = set(ID.findall(str(spec)))
        self._named_below = {before: name for path in spec["paths"] for before, name in _parameters(path)}
        self._named_after = {before.rpartition("/")[2]: name for before, name in self._named_below.items()}

    def operation_at(self, method: str, address: str) -> Operation:
        """The one that is asked at an address below a municipality."""
        path = address.partition("?")[0]
        found = (one for one in self.operations if one.method == method.lower() and _leads(one.path, path))
        return min(found, key=lambda one: one.path.count("{"))

    def operation_of(self, method: str, path: str) -> "Operation | None":
        """The one of a method and a path, if there is one."""
        return next((one for one in self.operations if (one.method, one.path) == (method, path)), None)

    def said_of(self, operation: Operation) -> Json:
        """The operation as it is written in the description."""
        found: Json = self.spec["paths"][operation.path][operation.method]
        return found

    def body_of(self, operation: Operation) -> tuple[str | None, Any]:
        """Type and first example of a body; without an example the text of none."""
        content = self.said_of(operation).get("requestBody", {}).get("content", {})
        for kind, media in content.items():
            examples = list(media.get("examples", {}).values())
            return kind, deepcopy(examples[0]["value"]) if examples else None
        return None, None

    def with_texts(self, operation: Operation, body: Any, words: str) -> Any:
        """The body with these words at the end of each free text."""
        content = self.said_of(operation).get("requestBody", {}).get("content", {}).get("application/json")
        return self._with_texts([content["schema"]], body, words) if content else body

    def _with_texts(self, schemas: list[Json], value: Any, words: str) -> Any:
        forms = [form for schema in schemas for form in self._forms(schema)]
        match value:
            case dict():
                return {key: self._with_texts(_below(forms, key), part, words) for key, part in value.items()}
            case list():
                items = [form["items"] for form in forms if "items" in form]
                return [self._with_texts(items, part, words) for part in value]
            case str() if any(map(_is_free, forms)):
                return f"{value} {words}".strip()
        return value

    def _forms(self, schema: Json) -> Iterator[Json]:
        if "$ref" in schema:
            schema = self.spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        yield schema
        for word in ("anyOf", "oneOf", "allOf"):
            for part in schema.get(word, ()):
                yield from self._forms(part)

    def names_in(self, path: str, answer: Any) -> Iterator[tuple[str, str]]:
        """What an answer at a path names, by the path parameter that it can be named by."""
        match answer:
            case list():
                for part in answer:
                    yield from self.names_in(path, part)
            case dict():
                own = self._named_below.get(path) or self._named_after.get(path.rpartition("/")[2])
                for key, part in answer.items():
                    if isinstance(part, str) and own and key in ("id", own.rpartition("-")[2]):
                        yield own, part
                    if isinstance(part, str) and key.endswith("_id"):
                        yield key.replace("_", "-"), part
                    yield from self.names_in(path if key == "items" else f"{path}/{key.replace('_', '-')}", part)


def _without_tokens(spec: Json) -> Json:
    """Who asks is not made up: `tests/tenancy/test_doors.py` is there for that."""
    paths = {
        path: {method: {name: said for name, said in one.items() if name != "security"} for method, one in item.items()}
        for path, item in spec["paths"].items()
    }
    components = {name: said for name, said in spec["components"].items() if name != "securitySchemes"}
    return {**spec, "paths": paths, "components": components, "security": []}


def _leads(template: str, path: str) -> bool:
    below = re.sub(r"\{[^}]+\}", "[^/]+", template.removeprefix(f"/{{{MUNICIPALITY}}}"))
    return re.fullmatch(below, path) is not None


def _parameters(path: str) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r"/\{([^}]+)\}", path):
        if found[1] != MUNICIPALITY:
            yield path[: found.start()], found[1]


def _below(forms: list[Json], key: str) -> list[Json]:
    named = [form["properties"][key] for form in forms if key in form.get("properties", {})]
    other = [form["additionalProperties"] for form in forms if isinstance(form.get("additionalProperties"), dict)]
    return named or other


def _is_free(schema: Json) -> bool:
    fixed = schema.keys() & {"enum", "const", "format"} or schema.get("pattern") not in _ANYTHING
    types = schema.get("type")
    text = types == "string" or (isinstance(types, list) and "string" in types)
    return text and not fixed and schema.get("maxLength", _SHORT) >= _SHORT
