"""Every refusal as `application/problem+json` (RFC 9457)."""

import json
from typing import Any

from flask import Response, g
from marshmallow import fields, validate
from werkzeug.exceptions import HTTPException

from services.kernel.basics.log import failed
from services.kernel.contracts import Schema
from services.kernel.contracts.faults import Fault, InternalFault, NotFound
from services.kernel.contracts.schema import LONGEST_POINTER, MOST_PROBLEMS


class MalformedRequest(Fault):
    """The body is not JSON."""

    status = 400


class BodyTooLarge(Fault):
    """The body is larger than the limit."""

    status = 413


class UnsupportedMediaType(Fault):
    """The body must be sent as application/json."""

    status = 415


class MethodNotAllowed(Fault):
    """This can not be done here."""

    status = 405


_CODE = validate.Regexp(r"^[a-z0-9_]{1,100}$")


class ProblemError(Schema):
    """One field that does not fit."""

    pointer = fields.String(required=True, validate=validate.Length(max=LONGEST_POINTER))
    code = fields.String(required=True, validate=_CODE)
    parameters = fields.Dict(keys=fields.String(), required=True)
    detail = fields.String(required=True)


class Problem(Schema):
    """A refusal (RFC 9457)."""

    type = fields.String(required=True, validate=validate.Regexp(r"^urn:hemvist:problem:[a-z0-9_]{1,100}$"))
    title = fields.String(required=True)
    status = fields.Integer(required=True, validate=validate.Range(400, 599))
    detail = fields.String(required=True)
    instance = fields.String(required=True, validate=validate.Regexp(r"^urn:hemvist:request:[A-Za-z0-9._-]{8,64}$"))
    errors = fields.List(fields.Nested(ProblemError), validate=validate.Length(max=MOST_PROBLEMS))
    # what some refusals say beside: what stands in the way, what is lacking, or the thing that it is about
    blockers = fields.List(fields.Dict())
    obstacles = fields.List(fields.Dict())
    consents = fields.List(fields.Dict())
    missing = fields.List(fields.Dict())
    file_id = fields.String(validate=validate.Length(max=64))
    claim_id = fields.String(validate=validate.Length(max=64))
    run_id = fields.String(validate=validate.Length(max=64))
    setting = fields.String(validate=validate.Length(max=100))
    left = fields.Integer()
    days = fields.Integer()


def example_of(fault: type[Fault]) -> dict[str, Any]:
    """How a fault looks, for the documentation."""
    return body_of(fault().as_dict(), "019a0000-0000-7000-8000-00000000000a")


def body_of(fault: dict[str, Any], request_id: str) -> dict[str, Any]:
    """A fault's dictionary as the body of a problem."""
    body = {
        "type": f"urn:hemvist:problem:{fault['code']}",
        "title": fault["title"],
        "status": fault["status"],
        "detail": fault["detail"],
        "instance": f"urn:hemvist:request:{request_id}",
    }
    if fault["errors"]:
        body["errors"] = fault["errors"]
    return body | {name: value for name, value in fault["extra"].items() if name != "headers"}


def response(fault: dict[str, Any]) -> Response:
    """A fault's dictionary, our own or a service's, as the response."""
    answer = Response(
        json.dumps(body_of(fault, g.request_id), ensure_ascii=False),
        status=fault["status"],
        content_type="application/problem+json",
    )
    if fault["status"] == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="hemvist"'
    if fault["status"] in (503, 504):
        answer.headers["Retry-After"] = "2"
    answer.headers.update(fault["extra"].get("headers", {}))
    return answer


def of_fault(fault: Fault) -> Response:
    """Our own refusal."""
    return response(fault.as_dict())


def of_http(problem: HTTPException) -> Response:
    """What Flask and werkzeug refuse, in our words: their texts may repeat what was sent."""
    known: dict[int, type[Fault]] = {
        400: MalformedRequest,
        405: MethodNotAllowed,
        413: BodyTooLarge,
        415: UnsupportedMediaType,
    }
    status = problem.code or 500
    fault = known.get(status) or (NotFound if status < 500 else InternalFault)
    answer = of_fault(fault())
    allowed = getattr(problem, "valid_methods", None)
    if allowed:
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    return answer


def of_anything(problem: Exception) -> Response:
    """An unexpected fault: a fixed text and the request id; what happened is in the log."""
    failed("gateway_failed", problem, request_id=g.get("request_id"))
    return of_fault(InternalFault())
