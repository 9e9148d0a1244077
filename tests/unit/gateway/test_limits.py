"""How many requests a municipality and a client may make in a minute."""

from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from gateway.limits import InFlight, network_of
from services.kernel.contracts.faults import MunicipalityBusy
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


FORM = {"kind": "callback", "phone": "+46701740605", "consent": True}


class TestTheOpenForm:
    """What anybody may ask has limits of its own."""

    def test_a_flood_of_forms_leaves_the_staff_alone(self, folder: Path) -> None:
        visitor = Visitor(folder, public=5, per_municipality=5, proxies=1)
        for number in range(9):
            from_here = {"X-Forwarded-For": f"192.0.2.{number}"}
            answer = visitor.ask("POST", LIST, token=None, json=FORM, headers=from_here)
            assert answer.status_code == (201 if number < 5 else 429)
        for left in (4, 3):
            answer = visitor.ask("GET", f"{LIST}/7")
            assert answer.status_code == 200
            assert f'"municipality";r={left};t=' in answer.headers["RateLimit"]

    def test_nor_do_the_staff_close_the_form(self, folder: Path) -> None:
        visitor = Visitor(folder, public=5, per_municipality=1)
        visitor.ask("GET", f"{LIST}/7")
        assert visitor.refusal("GET", f"{LIST}/7") == (429, "too_many_requests")
        answer = visitor.ask("POST", LIST, token=None, json=FORM)
        assert (answer.status_code, '"public";r=4;t=' in answer.headers["RateLimit"]) == (201, True)
        assert '"public";q=5;w=60' in answer.headers["RateLimit-Policy"]


class TestNetworkOf:
    @pytest.mark.parametrize(
        ("address", "client"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("unknown", "unknown"),
        ],
    )
    def test_a_client_is_an_address_or_the_network_that_one_subscriber_has(self, address: str, client: str) -> None:
        assert network_of(address) == client

    def test_from_one_network_there_is_one_quota(self, folder: Path) -> None:
        visitor = Visitor(folder, per_client=2, proxies=1)
        found = [
            visitor.ask(
                "POST", LIST, token=None, json=FORM, headers={"X-Forwarded-For": f"2001:db8::{number}"}
            ).status_code
            for number in range(1, 4)
        ]
        assert found == [201, 201, 429]


class TestInFlight:
    def test_a_municipality_has_half_of_the_threads_for_one_service_and_three_quarters_in_all(self) -> None:
        shares = InFlight(8)
        with ExitStack() as under_way:
            for service in ["intake"] * 4 + ["placement"] * 2:
                under_way.enter_context(shares.one("orebro", service, changes=False))
            for service in ("intake", "mentorship"):
                with pytest.raises(MunicipalityBusy), shares.one("orebro", service, changes=False):
                    pytest.fail("it began")
            under_way.enter_context(shares.one("vasteras", "intake", changes=False))
            under_way.enter_context(shares.one("", "intake", changes=False))
        with shares.one("orebro", "intake", changes=False):
            pass

    def test_its_changes_leave_a_quarter_of_that_to_its_reads(self) -> None:
        shares = InFlight(8)
        with ExitStack() as under_way:
            for _ in range(3):
                under_way.enter_context(shares.one("orebro", "intake", changes=True))
            with pytest.raises(MunicipalityBusy), shares.one("orebro", "intake", changes=True):
                pytest.fail("it began")
            under_way.enter_context(shares.one("orebro", "intake", changes=False))

    def test_one_that_fails_gives_its_place_back(self) -> None:
        shares = InFlight(2)
        for _ in range(5):
            with pytest.raises(RuntimeError), shares.one("orebro", "intake", changes=True):
                raise RuntimeError
