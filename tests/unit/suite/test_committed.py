"""What must not be committed is seen: secrets, people's numbers, libraries that are not the locked ones.

Each is put together here, so that none stands in this file.
"""

from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from tests.committed import libraries, secrets

KEY = "Zk3r9dLq" * 4


def found(text: str) -> list[tuple[int, str]]:
    return list(secrets.found_in(text))


class TestSecrets:
    @pytest.mark.parametrize(
        "text",
        [
            "-----BEGIN RSA PRIVATE" + " KEY-----\nMIIEow",
            '{"kty": "RSA", "d": ' + f'"{KEY}{KEY}"' + "}",
            "eyJ" + "hbGciOiJSUzI1NiJ9" + ".eyJ" + "zdWIiOiJhbm5hIn0" + ".c2lnbmVk",
            "AKIA" + "IOSFODNN7EXAMPLE",
            "ghp_" + KEY + "abcd",
            "whsec_" + KEY,
            "HEMVIST_MASTER_KEYS" + f"={KEY}=",
            '"password": ' + f'"{KEY}"',
            "postgresql://hemvist:" + "rosebud@db.hemvist.se/intake",
        ],
        ids=["pem", "jwk", "jwt", "aws", "github", "webhook", "environment", "json", "address"],
    )
    def test_one_is_seen_with_its_line_and_not_repeated(self, text: str) -> None:
        ((line, what),) = set(found(f"first\n{text}"))
        assert line == 2
        assert KEY not in what

    @pytest.mark.parametrize(
        "text",
        [
            "-----BEGIN PUBLIC" + " KEY-----\nMIIEow",
            "password = platform.secrets.database_password(service)",
            'SECRET = "Bearer between-the-two"',
            "smtps://user:password@host:465",
            "postgresql://root:secret@db.example:5433",
            "--hash=sha256:" + "0a" * 32,
        ],
    )
    def test_what_only_looks_like_one_is_none(self, text: str) -> None:
        assert found(text) == []

    # The Tax Agency's rule, by hand: 811228-987: 8·2=16→7, 1, 1·2=2, 2, 2·2=4, 8, 9·2=18→9, 8, 7·2=14→5: 46, so 4.
    @pytest.mark.parametrize("number", ["811228-" + "9874", "19811228" + "9874", "811228+" + "9874"])
    def test_a_test_number_is_nobodys(self, number: str) -> None:
        assert found(f'"personal_number": "{number}"') == []

    # 811218-123: 7, 1, 2, 2, 1·2=2, 8, 1·2=2, 2, 3·2=6: 32, so 8. With the day 78, 7·2=14→5 for the 2: 35, so 5.
    @pytest.mark.parametrize("number", ["811218-" + "1238", "19811218" + "1238", "811218" + "1238", "811278-" + "1235"])
    def test_a_number_that_somebody_may_have_is_seen(self, number: str) -> None:
        assert found(f'"personal_number": "{number}"') == [(1, "a personal number that is no test number")]

    @pytest.mark.parametrize("text", ["811218-" + "1239", "811318" + "1238", "1811218" + "12380", "a811218" + "1238"])
    def test_other_digits_are_no_number(self, text: str) -> None:
        assert found(text) == []


HASH = "    --hash=sha256:" + "0a" * 32
LOCK = f"alpha==1.2 \\\n{HASH} \\\n{HASH}\n    # via hemvist\nbeta==3.0 ; sys_platform == 'win32' \\\n{HASH}\n"


class TestLibraries:
    def test_a_lock_is_read_for_this_system(self) -> None:
        assert list(libraries.of_lock(LOCK)) == []
        assert libraries.locked(LOCK) == {"alpha": "1.2"}

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            (f"gamma>=1 \\\n{HASH}\n", "not each entry is a version with hashes"),
            ("gamma==1\n", "not each entry is a version with hashes"),
            (f"gamma==1.0rc1 \\\n{HASH}\n", "gamma 1.0rc1 was not released"),
            (f"--index-url=x\ngamma==1 \\\n{HASH}\n", "an address stands in it"),
            ("gamma @ https://example.org/gamma.whl\n", "an address stands in it"),
            ("gamma==1 \\\n    --hash=md5:00\n", "--hash=md5:00 is no SHA-256"),
        ],
    )
    def test_what_is_not_locked_is_seen(self, line: str, problem: str) -> None:
        assert problem in list(libraries.of_lock(LOCK + line))

    def test_another_version_one_too_few_and_one_too_many_are_seen(self) -> None:
        assert list(
            libraries.of_installed({"alpha": "1.3", "delta": "1", "pip": "23"}, {"alpha": "1.2", "beta": "2"})
        ) == [
            "alpha 1.2 is locked and not there",
            "beta 2 is locked and not there",
            "delta is there and not locked",
        ]
        assert libraries.another({"alpha": "1"}, {"alpha": "2"}) == ["alpha"]

    def test_a_file_that_was_changed_since_is_seen(self, tmp_path: Path) -> None:
        folder = tmp_path / "alpha-1.2.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text("Name: alpha\nVersion: 1.2\n")
        (tmp_path / "alpha.py").write_bytes(b"")
        # The SHA-256 of nothing, as everybody knows it, in base64.
        (folder / "RECORD").write_text("alpha.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n")
        assert list(libraries.changed(PathDistribution(folder))) == []
        (tmp_path / "alpha.py").write_bytes(b"import os")
        assert list(libraries.changed(PathDistribution(folder))) == ["alpha: alpha.py is not as it was installed"]
