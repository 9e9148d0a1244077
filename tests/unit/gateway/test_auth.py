"""Whose token is good for what. Every forged one is made as somebody would who knows the public key."""

import base64
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey

from gateway import auth
from gateway.auth import Authority, TokenInvalid
from gateway.development import ensure_issuer, issuer_of
from services.kernel.basics import clock
from services.kernel.contracts.faults import NotFound
from tests.unit.gateway.factories import DEVELOPMENT, Visitor, a_tenants_file, a_token, claims, private_key

LIST = "/orebro/applications"


def seconds_from_now(seconds: int) -> int:
    return int((datetime.now(UTC) + timedelta(seconds=seconds)).timestamp())


def unsigned(said: dict[str, Any], header: dict[str, Any]) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part(header)}.{part(said)}."


class TestToken:
    def test_a_good_one_opens_the_municipalitys_path(self, visitor: Visitor) -> None:
        assert visitor.ask("GET", f"{LIST}/7").status_code == 200

    @pytest.mark.parametrize("given", [None, "Basic YW5uYTpzZWNyZXQ=", "Bearer", "Bearer ", "nonsense"])
    def test_without_one_the_answer_says_what_is_missing(self, visitor: Visitor, given: str | None) -> None:
        headers = {"Authorization": given} if given is not None else {}
        assert visitor.refusal("GET", LIST, token=None, headers=headers) == (401, "token_missing")
        answer = visitor.ask("GET", LIST, token=None, headers=headers)
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="hemvist"'

    @pytest.mark.parametrize(
        "overrides",
        [
            pytest.param({"exp": seconds_from_now(-60)}, id="ended a minute ago"),
            {"exp": None},
            {"exp": "tomorrow"},
            {"exp": float("inf")},
            pytest.param({"nbf": seconds_from_now(3600)}, id="begins in an hour"),
            pytest.param({"iat": seconds_from_now(3600)}, id="issued in an hour"),
            {"iss": "urn:hemvist:development:stockholm"},
            {"iss": "https://elsewhere.example"},
            {"iss": None},
            {"aud": "another-system"},
            {"aud": None},
            {"aud": ["another-system"]},
            {"municipality": "stockholm"},  # signed by Örebro's key
            {"municipality": "atlantis"},
            {"municipality": None},
            {"municipality": 7},
            {"municipality": ["orebro"]},
            {"sub": None},
            {"sub": ""},
            {"sub": 7},
            {"sub": "x" * 201},
            {"sub": "an\x00na"},
            {"roles": "recruiter"},
            {"roles": {"recruiter": True}},
            {"personal_number": 189001019802},
            {"personal_number": "189001019803"},
            {"personal_number": ["189001019802"]},
        ],
        ids=str,
    )
    def test_one_that_says_something_wrong_is_refused(
        self, visitor: Visitor, folder: Path, overrides: dict[str, Any]
    ) -> None:
        token = a_token(folder, **overrides)
        assert visitor.refusal("GET", LIST, token=token) == (401, "token_invalid")

    @pytest.mark.parametrize("token", ["x", "x.y", "x.y.z", "....", "e30.e30.e30", "a" * 5000, "å.å.å", "e30.W10.e30"])
    def test_a_malformed_one_is_refused(self, visitor: Visitor, token: str) -> None:
        assert visitor.refusal("GET", LIST, token=token)[0] == 401

    def test_one_signed_by_another_key_is_refused(self, visitor: Visitor, folder: Path) -> None:
        real = private_key(folder)
        for forged in (
            jwt.encode({"alg": "RS256", "kid": real.kid}, claims(), RSAKey.generate_key(2048)),
            jwt.encode({"alg": "RS256", "kid": private_key(folder, "stockholm").kid}, claims(), real),
        ):
            assert visitor.refusal("GET", LIST, token=forged) == (401, "token_invalid")

    def test_one_without_a_signature_is_refused(self, visitor: Visitor, folder: Path) -> None:
        kid = private_key(folder).kid
        for header in ({"alg": "none"}, {"alg": "none", "kid": kid}, {"alg": "RS256", "kid": kid}, {"alg": "nOnE"}, {}):
            assert visitor.refusal("GET", LIST, token=unsigned(claims(), header)) == (401, "token_invalid")

    def test_one_signed_with_the_public_key_as_a_secret_is_refused(self, visitor: Visitor, folder: Path) -> None:
        real = private_key(folder)
        for public in (real.as_pem(private=False), json.dumps(real.as_dict(private=False)).encode()):
            secret = OctKey.import_key(base64.urlsafe_b64encode(public).decode())
            header = {"alg": "HS256", "kid": real.kid}
            forged = jws.serialize_compact(header, json.dumps(claims()), secret, algorithms=["HS256"])
            assert visitor.refusal("GET", LIST, token=forged) == (401, "token_invalid")

    def test_one_that_brings_its_own_key_is_refused(self, visitor: Visitor, folder: Path) -> None:
        own = RSAKey.generate_key(2048)
        forged = jws.serialize_compact(
            {"alg": "RS256", "kid": private_key(folder).kid, "jwk": own.as_dict(private=False)},
            json.dumps(claims()),
            own,
        )
        assert visitor.refusal("GET", LIST, token=forged) == (401, "token_invalid")

    @pytest.mark.parametrize("header", [{"kid": "unknown"}, {"crit": ["b64"], "b64": False}])
    def test_an_unknown_key_or_a_critical_header_is_refused(
        self, visitor: Visitor, folder: Path, header: dict[str, Any]
    ) -> None:
        try:
            token = a_token(folder, header=header)
        except Exception:
            pytest.skip("the library refuses to make such a token")
        assert visitor.refusal("GET", LIST, token=token) == (401, "token_invalid")

    def test_a_changed_one_is_refused(self, visitor: Visitor, folder: Path) -> None:
        head, _, signature = a_token(folder).split(".")
        better = unsigned(claims(roles=["recruiter", "admin"]), {}).split(".")[1]
        assert visitor.refusal("GET", LIST, token=f"{head}.{better}.{signature}") == (401, "token_invalid")

    def test_one_that_was_good_is_refused_when_its_time_has_passed(
        self, visitor: Visitor, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token = a_token(folder, exp=seconds_from_now(600))
        assert visitor.ask("GET", f"{LIST}/7", token=token).status_code == 200
        later = datetime.now(UTC) + timedelta(seconds=700)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert visitor.refusal("GET", f"{LIST}/7", token=token) == (401, "token_invalid")

    def test_one_that_is_too_long_is_refused(self, visitor: Visitor, folder: Path) -> None:
        assert visitor.ask("GET", f"{LIST}/7", token=a_token(folder, other="x" * 8000)).status_code == 200
        assert visitor.refusal("GET", LIST, token=a_token(folder, other="x" * 16_000)) == (401, "token_invalid")

    def test_only_good_ones_are_remembered_and_not_for_ever(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(auth, "_REMEMBERED", 3)
        authority = Authority(folder / "tenants.toml", folder / "issuer", plain_http=True)
        for number in range(10):
            with pytest.raises(TokenInvalid):
                authority.caller(unsigned(claims(sub=str(number)), {"alg": "RS256"}))
        assert len(authority._known) == 0
        for number in range(10):
            token = a_token(folder, sub=str(number))
            assert [authority.caller(token).subject for _ in range(2)] == [str(number)] * 2
            assert 1 <= len(authority._known) <= 3

    def test_roles_that_are_no_text_are_not_roles(self, visitor: Visitor, folder: Path) -> None:
        token = a_token(folder, roles=[7, None, ["recruiter"]])
        assert visitor.refusal("GET", LIST, token=token) == (403, "missing_role")

    def test_the_wrong_role_is_forbidden(self, visitor: Visitor, folder: Path) -> None:
        assert visitor.refusal("GET", LIST, token=a_token(folder, roles=["caseworker"])) == (403, "missing_role")
        assert visitor.refusal("GET", LIST, token=a_token(folder, roles=None)) == (403, "missing_role")

    def test_a_wrong_one_is_refused_on_an_open_path_too(self, visitor: Visitor) -> None:
        body = {"kind": "callback", "phone": "+46701234567", "consent": True}
        assert visitor.refusal("POST", LIST, token="x.y.z", json=body) == (401, "token_invalid")

    def test_a_personal_number_with_a_hyphen_is_the_same(self, visitor: Visitor, folder: Path) -> None:
        visitor.ask("GET", f"{LIST}/7", token=a_token(folder, personal_number="18900101-9802"))
        assert visitor.services.asked[0][2].personal_number == "189001019802"

    def test_a_homes_own_user_is_known_by_the_personal_number(self, visitor: Visitor, folder: Path) -> None:
        visitor.ask("GET", f"{LIST}/7", token=a_token(folder, personal_number="189001019802"))
        assert visitor.services.asked[0][2].personal_number == "189001019802"

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(payload=st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5), header=st.text())
    def test_whatever_stands_in_it_nothing_breaks(self, visitor: Visitor, payload: Any, header: str) -> None:
        def part(value: Any) -> str:
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

        token = f"{part({'alg': header, 'kid': payload})}.{part({'municipality': payload, 'iss': header})}.AAAA"
        assert visitor.refusal("GET", LIST, token=token)[0] == 401


class TestTwoLogins:
    """One for staff and one for residents."""

    STAFF = '{ kind = "development", roles = ["recruiter", "caseworker"] }'
    RESIDENTS = "orebro.residents"

    @pytest.fixture
    def authority(self, tmp_path: Path, folder: Path) -> Authority:
        ensure_issuer(folder / "issuer", [self.RESIDENTS])
        both = f'{self.STAFF}\nresidents_provider = {{ kind = "development" }}'
        return Authority(a_tenants_file(tmp_path / "tenants.toml", orebro=both), folder / "issuer")

    def resident(self, folder: Path, **overrides: Any) -> str:
        key = private_key(folder, self.RESIDENTS)
        said = claims(**({"iss": issuer_of(self.RESIDENTS)} | overrides))
        return jwt.encode({"alg": "RS256", "kid": key.kid}, said, key)

    def test_a_residents_token_makes_nobody_staff(self, authority: Authority, folder: Path) -> None:
        caller = authority.caller(self.resident(folder, roles=["home", "recruiter"], personal_number="189001019802"))
        assert (caller.roles, caller.personal_number) == (("home",), "189001019802")

    def test_a_staff_token_makes_nobody_a_home(self, authority: Authority, folder: Path) -> None:
        caller = authority.caller(a_token(folder, roles=["recruiter", "home", "admin"]))
        assert caller.roles == ("recruiter",)

    def test_neither_signs_in_the_others_name(self, authority: Authority, folder: Path) -> None:
        for forged in (
            self.resident(folder, iss=issuer_of("orebro")),
            a_token(folder, iss=issuer_of(self.RESIDENTS), roles=["home"]),
        ):
            with pytest.raises(TokenInvalid):
                authority.caller(forged)

    def test_one_login_alone_carries_what_it_says(self, visitor: Visitor, folder: Path) -> None:
        visitor.ask("GET", f"{LIST}/7", token=a_token(folder, roles=["home", "recruiter"]))
        assert visitor.services.asked[-1][2].roles == ("home", "recruiter")


class TestAnotherMunicipality:
    def test_its_token_finds_exactly_nothing(self, visitor: Visitor, folder: Path) -> None:
        visitor.services.answer = {
            "fault": {
                "code": "not_found",
                "status": 404,
                "title": "There is nothing here.",
                "detail": "There is nothing here.",
                "errors": [],
                "extra": {},
            }
        }
        same = {"X-Request-ID": "request-1"}
        unknown = visitor.ask("GET", f"{LIST}/7", headers=same)
        visitor.services.asked.clear()
        foreign = visitor.ask("GET", "/stockholm/applications/7", headers=same)
        nowhere = visitor.ask("GET", "/atlantis/applications/7", headers=same)
        assert visitor.services.asked == []
        assert foreign.status_code == unknown.status_code == nowhere.status_code == 404
        assert foreign.get_data() == unknown.get_data() == nowhere.get_data()
        assert foreign.headers["Content-Type"] == unknown.headers["Content-Type"]

    def test_its_token_finds_nothing_whatever_the_role_or_the_body(self, visitor: Visitor, folder: Path) -> None:
        token = a_token(folder, roles=[])
        assert visitor.refusal("GET", "/stockholm/applications", token=token) == (404, "not_found")
        refused = visitor.refusal("POST", "/stockholm/applications", token=token, data=b"{", content_type="text/plain")
        assert refused == (404, "not_found")

    def test_an_unknown_municipality_takes_no_application(self, visitor: Visitor) -> None:
        assert visitor.refusal("POST", "/atlantis/applications", token=None, json={}) == (404, "not_found")


class TestTenantsFile:
    def test_a_new_municipality_is_known_without_a_restart(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("gateway.auth._LOOK_AGAIN", -1)
        file = a_tenants_file(tmp_path / "tenants.toml", stockholm=DEVELOPMENT)
        authority = Authority(file, folder / "issuer")
        with pytest.raises(NotFound):
            authority.tenant("orebro")
        with pytest.raises(TokenInvalid):
            authority.caller(a_token(folder))
        a_tenants_file(file, stockholm=DEVELOPMENT, orebro=DEVELOPMENT)
        os.utime(file, ns=(1, 1))
        assert authority.tenant("orebro").slug == "orebro"
        assert authority.caller(a_token(folder)).tenant == "orebro"

    @pytest.mark.parametrize("slip", ["[[tenant", '[[tenant]]\nslug = "Örebro"\n', None])
    def test_a_slip_in_the_file_locks_nobody_out(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slip: str | None
    ) -> None:
        monkeypatch.setattr("gateway.auth._LOOK_AGAIN", -1)
        file = a_tenants_file(tmp_path / "tenants.toml", orebro=DEVELOPMENT)
        authority = Authority(file, folder / "issuer")
        authority.tenant("orebro")
        if slip is None:
            file.unlink()
        else:
            file.write_text(slip)
            os.utime(file, ns=(1, 1))
        assert authority.tenant("orebro").slug == "orebro"
