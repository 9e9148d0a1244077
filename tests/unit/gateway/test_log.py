"""What the gateway writes down about a request, and what it must not."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.unit.gateway.factories import Visitor

NUMBER = "189001019802"


def lines(visitor: Visitor, method: str, path: str, **given: Any) -> list[dict[str, Any]]:
    with capture_logs() as logs:
        visitor.ask(method, path, **given)
    return [dict(line) for line in logs]


class TestRequestLine:
    def test_it_names_the_rule_and_the_municipality(self, visitor: Visitor) -> None:
        (line,) = lines(visitor, "GET", "/orebro/applications/7", headers={"X-Request-ID": "request-1"})
        assert line.pop("milliseconds") >= 0
        assert line == {
            "event": "request",
            "log_level": "info",
            "method": "GET",
            "rule": "/hemvist/v1/<municipality>/applications/<application_id>",
            "status": 200,
            "tenant": "orebro",
            "request_id": "request-1",
        }

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", f"/orebro/applications/{NUMBER}"),
            ("GET", f"/{NUMBER}/applications"),
            ("GET", f"/{NUMBER}"),
            ("GET", f"/orebro/applications?status={NUMBER}"),
            ("GET", f"/orebro/applications?{NUMBER}=1"),
            ("POST", f"/{NUMBER}/applications"),
            ("DELETE", f"/orebro/applications/{NUMBER}"),
            ("GET", f"/docs/{NUMBER}"),
        ],
    )
    @pytest.mark.parametrize("token", [None, ""])
    def test_it_never_holds_what_somebody_put_into_a_path(
        self, visitor: Visitor, method: str, path: str, token: str | None
    ) -> None:
        assert NUMBER not in str(lines(visitor, method, path, token=token))

    def test_it_never_holds_a_body_or_a_token(self, visitor: Visitor) -> None:
        logs = str(lines(visitor, "POST", "/orebro/applications", json={"message": NUMBER}, token=f"{NUMBER}.y.z"))
        assert NUMBER not in logs

    def test_a_personal_number_is_no_request_id(self, visitor: Visitor) -> None:
        assert NUMBER not in str(lines(visitor, "GET", "/health/live", headers={"X-Request-ID": NUMBER}))

    def test_an_unexpected_fault_is_described_without_its_text(self, visitor: Visitor) -> None:
        visitor.services.answer = {NUMBER: 1}
        logs = lines(visitor, "GET", "/orebro/applications/7")
        assert [line["event"] for line in logs] == ["gateway_failed", "request"]
        assert NUMBER not in str(logs)
