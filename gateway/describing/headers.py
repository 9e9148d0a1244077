"""The headers of requests and answers, as the description says them: each once, with its form."""

from typing import Any

import marshmallow
from marshmallow import fields

from gateway import trace
from gateway.routes import Route
from services.kernel.contracts import Schema

_ID = r"^[A-Za-z0-9._-]{8,64}$"


def _given(text: str, pattern: str, longest: int, *, required: bool = False) -> fields.String:
    rules = [marshmallow.validate.Length(max=longest), marshmallow.validate.Regexp(pattern)]
    return fields.String(required=required, validate=rules, metadata={"description": text})


_TRACE_TEXT = (
    "The trace that the request belongs to (W3C Trace Context). Spårningen som anropet hör till (W3C Trace Context)."
)
_EVERY = {
    "X-Request-ID": _given(
        "Found again in every log line and event; one that has not the form is replaced. "
        "Återfinns i loggar och händelser; den som har en annan form ersätts.",
        _ID,
        64,
    ),
    trace.HEADER: _given(_TRACE_TEXT, trace.FORM, 55),
}
_KEY = _given(
    "The same key and body is done once. Samma nyckel och innehåll utförs en gång.", r"^[\x21-\x7e]{1,200}$", 200
)
_REASON = _given(
    "Why, percent-encoded UTF-8, for the log of access; with the role `protected` it shows protected identities. "
    "Varför, till åtkomstloggen; med rollen `protected` visas skyddade personuppgifter.",
    r"\S",
    1_800,  # 200 signs, each of three bytes at most that are three signs when encoded
)
_FILE_NAME = _given(
    "The file's name: `attachment; filename*=UTF-8''Intyg.pdf`. Filens namn.", r"^[\x20-\x7e\x80-\xff]*$", 4_000
)
_HAS = _given("The ETag that the reader has already. Den ETag som läsaren redan har.", r"^[\x20-\x7e]+$", 200)
_NEW = _given("`*` to create. `*` för att skapa.", r"^\*$", 1)


def asked(route: Route) -> type[Schema]:
    """The headers that a request may have."""
    operation = route.operation
    found = dict(_EVERY)
    if operation.method == "POST":
        found["Idempotency-Key"] = _KEY
    if operation.shows_somebody or operation.hides_somebody:
        found["Access-Reason"] = _REASON
    if operation.takes_file:
        found["Content-Disposition"] = _FILE_NAME
    if operation.conditional:
        text = "The ETag that was read. Den ETag som lästes."
        found["If-Match"] = _given(text, r'^(\*|"[0-9]+"(, *"[0-9]+")*)$', 200, required=not operation.creates)
    if operation.cached_for:
        found["If-None-Match"] = _HAS
    if operation.creates and operation.conditional:
        found["If-None-Match"] = _NEW
    return _schema(f"{operation.name}_headers", operation.headers or Schema, found)


def asked_always() -> type[Schema]:
    """The headers that every request may have."""
    return _schema("headers", Schema, _EVERY)


def _schema(name: str, of: type[Schema], found: dict[str, fields.String]) -> type[Schema]:
    named: dict[str, Any] = {}
    for header, field in found.items():
        named[header.lower().replace("-", "_")] = fields.String(
            required=field.required, validate=field.validators, data_key=header, metadata=field.metadata
        )
    return type(name, (of,), named)


def _text(text: str, longest: int, pattern: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string", "maxLength": longest, "pattern": pattern}}


_VISIBLE = r"^[\x20-\x7e]+$"
#: every header of an answer, once: the answers refer to them
COMPONENTS: dict[str, dict[str, Any]] = {
    "X-Request-ID": _text("The request's id. Anropets id.", 64, _ID),
    trace.HEADER: _text(_TRACE_TEXT, 55, trace.FORM),
    "RateLimit": _text("What is left of the limits. Vad som återstår av begränsningarna.", 200, _VISIBLE),
    "RateLimit-Policy": _text("The limits. Begränsningarna.", 200, _VISIBLE),
    "WWW-Authenticate": _text("Bearer.", 200, "^Bearer "),
    "Retry-After": {
        "description": "Seconds after which to try again. Sekunder tills det är värt att försöka igen.",
        "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 60},
    },
    "Content-Disposition": _text("The name to save it by. Namnet att spara den under.", 4_000, "^attachment"),
    "ETag": _text("Its version, where it has one: for If-Match. Versionen, till If-Match.", 66, '^"[0-9a-f]+"$'),
    "Cache-Control": _text(
        "For how long a cache may keep it. Hur länge den får sparas.", 100, "^(no-store|public, max-age=[0-9]+)$"
    ),
    "Location": {
        "description": "Where it is read. Var det läses.",
        "schema": {"type": "string", "format": "uri-reference", "maxLength": 2_048, "pattern": "^/"},
    },
}


def _named(*names: str) -> dict[str, dict[str, str]]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


ALWAYS = _named("X-Request-ID", trace.HEADER)
_COUNTED = ALWAYS | _named("RateLimit", "RateLimit-Policy")
_AGAIN = _named("Retry-After")
OF_REFUSALS = {401: _named("WWW-Authenticate"), 429: _AGAIN, 503: _AGAIN, 504: _AGAIN}


def refused(status: int) -> dict[str, Any]:
    """The headers of a refusal with this status."""
    return OF_REFUSALS.get(status, {}) | _COUNTED


def answered(route: Route) -> dict[str, Any]:
    """The headers of what is answered when it is done."""
    operation = route.operation
    found = dict(_COUNTED)
    if operation.cached_for:
        found |= _named("ETag", "Cache-Control")
    elif operation.gives_file:
        found |= _named("Content-Disposition")
    elif operation.part is None and not operation.tenantless:
        found |= _named("ETag")
    return found | _named("Location") if operation.location else found
