"""The local development issuer."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from joserfc import jwt

from gateway.development import ensure_issuer, issue_token
from tests.unit.gateway.factories import private_key


class TestIssuer:
    def test_keys_are_made_once_and_only_their_owner_reads_them(self, tmp_path: Path) -> None:
        folder = tmp_path / "issuer"
        ensure_issuer(folder, ["orebro"])
        before = (folder / "orebro.jwk.json").read_text()
        ensure_issuer(folder, ["orebro"])
        assert (folder / "orebro.jwk.json").read_text() == before
        assert stat.S_IMODE((folder / "orebro.jwk.json").stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert '"d"' not in (folder / "orebro.jwks.json").read_text()

    def test_a_token_says_who_and_for_how_long(self, folder: Path) -> None:
        now = datetime(2026, 4, 1, 8, tzinfo=UTC)
        token = issue_token(
            folder / "issuer",
            municipality="orebro",
            roles=["home"],
            sub="anna",
            now=now,
            personal_number="189001019802",
        )
        assert jwt.decode(token, private_key(folder), algorithms=["RS256"]).claims == {
            "iss": "urn:hemvist:development:orebro",
            "aud": "hemvist",
            "sub": "anna",
            "municipality": "orebro",
            "roles": ["home"],
            "iat": 1775030400,  # 2026-04-01T08:00:00Z
            "exp": 1775030400 + 12 * 3600,
            "personal_number": "189001019802",
        }

    def test_nobody_signs_for_an_unknown_municipality(self, folder: Path) -> None:
        with pytest.raises(FileNotFoundError):
            issue_token(folder / "issuer", municipality="atlantis", roles=[], sub="anna", now=datetime.now(UTC))
