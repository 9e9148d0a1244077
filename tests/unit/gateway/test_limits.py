"""How many requests a municipality and a client may make in a minute."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.unit.gateway.factories import Visitor, a_token

LIST = "/orebro/applications"


@pytest.fixture
def narrow(folder: Path) -> Visitor:
    """Three requests a minute for a client, five for a municipality."""
    return Visitor(folder, per_client=3, per_municipality=5)


@pytest.fixture(autouse=True)
def minute(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands at 20 seconds past a minute, until the test moves it."""
    seconds = [1_000_000_040.0]  # 16,666,667 minutes and 20 seconds
    monkeypatch.setattr("gateway.limits.clock", SimpleNamespace(seconds=lambda: seconds[0]))
    return seconds


class TestLimits:
    def test_the_next_minute_counts_anew(self, narrow: Visitor, minute: list[float]) -> None:
        for _ in range(3):
            narrow.ask("GET", f"{LIST}/7")
        refused = narrow.ask("GET", f"{LIST}/7")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
        minute[0] += 40
        assert narrow.ask("GET", f"{LIST}/7").status_code == 200

    def test_a_client_that_asks_too_often_is_told_when_to_come_back(self, narrow: Visitor) -> None:
        for left in (2, 1, 0):
            answer = narrow.ask("GET", f"{LIST}/7")
            assert answer.status_code == 200
            assert f'"client";r={left};t=' in answer.headers["RateLimit"]
            assert f'"municipality";r={left + 2};t=' in answer.headers["RateLimit"]
            assert answer.headers["RateLimit-Policy"] == '"client";q=3;w=60, "municipality";q=5;w=60'
        assert narrow.refusal("GET", f"{LIST}/7") == (429, "too_many_requests")
        refused = narrow.ask("GET", f"{LIST}/7")
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert '"client";r=0;t=' in refused.headers["RateLimit"]

    def test_another_client_goes_on(self, narrow: Visitor, folder: Path) -> None:
        for _ in range(4):
            narrow.ask("GET", f"{LIST}/7")
        assert narrow.ask("GET", f"{LIST}/7", token=a_token(folder, sub="bertil")).status_code == 200

    def test_a_municipality_has_a_limit_over_all_its_clients(self, narrow: Visitor, folder: Path) -> None:
        names = ("a", "b", "c", "d", "e")
        for name in names:
            assert narrow.ask("GET", f"{LIST}/7", token=a_token(folder, sub=name)).status_code == 200
        assert narrow.refusal("GET", f"{LIST}/7", token=a_token(folder, sub="f")) == (429, "too_many_requests")

    def test_a_flood_of_one_leaves_the_other_municipality_alone(self, narrow: Visitor, folder: Path) -> None:
        for number in range(8):
            narrow.ask("GET", f"{LIST}/7", token=a_token(folder, sub=f"flood-{number}"))
        narrow.services.answer = {"body": {"items": [], "page": 1, "limit": 20, "total": 0}, "etag": None}
        body = {"kind": "callback", "phone": "+46701234567", "consent": True}
        narrow.services.answer = {"body": {"id": "7"}, "etag": "1"}
        assert narrow.ask("POST", "/stockholm/applications", token=None, json=body).status_code == 201

    @pytest.mark.parametrize("token", [None, "x.y.z"])
    def test_who_tries_without_a_good_token_is_counted_too(self, narrow: Visitor, token: str | None) -> None:
        for _ in range(3):
            assert narrow.refusal("GET", LIST, token=token)[0] == 401
        assert narrow.refusal("GET", LIST, token=token) == (429, "too_many_requests")

    def test_another_municipalitys_token_is_counted_as_its_own_client(self, narrow: Visitor) -> None:
        for _ in range(3):
            assert narrow.refusal("GET", "/stockholm/applications") == (404, "not_found")
        assert narrow.refusal("GET", "/stockholm/applications") == (429, "too_many_requests")
        assert narrow.ask("GET", "/municipalities", token=None).status_code == 200

    def test_clients_behind_a_known_proxy_are_told_apart(self, folder: Path) -> None:
        visitor = Visitor(folder, per_client=1, proxies=1)
        for address in ("192.0.2.1", "192.0.2.2"):
            headers = {"X-Forwarded-For": address}
            assert visitor.ask("GET", "/municipalities", token=None, headers=headers).status_code == 200
            assert visitor.ask("GET", "/municipalities", token=None, headers=headers).status_code == 429

    def test_without_a_known_proxy_nobody_chooses_an_address(self, folder: Path) -> None:
        visitor = Visitor(folder, per_client=1)
        for address, status in (("192.0.2.1", 200), ("192.0.2.2", 429)):
            headers = {"X-Forwarded-For": address}
            assert visitor.ask("GET", "/municipalities", token=None, headers=headers).status_code == status

    def test_health_is_never_refused(self, folder: Path) -> None:
        visitor = Visitor(folder, per_client=1)
        assert [visitor.ask("GET", "/health/live", token=None).status_code for _ in range(3)] == [200] * 3
