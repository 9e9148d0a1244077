"""What every store promises, and what each says when it can not be reached."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kernel.basics.ids import new_id
from services.kernel.contracts.files import FileStoreUnavailable, VirusFound
from services.kernel.files import store as stores
from services.kernel.files.blocks import SEALED_BLOCK
from services.kernel.files.store import Store, opened
from tests.services.kernel.files.conftest import BUCKET

BLOCKS = [os.urandom(SEALED_BLOCK), os.urandom(SEALED_BLOCK), b"end"]

AN_ID = "019a0000-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def bucket(bucket_server: str) -> Store:
    """One for all: boto takes half a second to learn how to speak."""
    return opened(f"s3://{BUCKET}/house/files?endpoint={bucket_server}&region=eu-north-1")


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return opened(str(tmp_path)) if request.param == "folder" else request.getfixturevalue("bucket")


@pytest.fixture
def tenant() -> str:
    return f"test-{new_id()[-12:]}"


def a_name(tenant: str, service: str = "intake") -> str:
    return f"{tenant}/{service}/{new_id()}"


def names(store: Store, prefix: str) -> set[str]:
    return {lying.name for lying in store.below(prefix)}


class TestEveryStore:
    def test_what_was_written_is_read(self, store: Store, tenant: str) -> None:
        name = a_name(tenant)
        store.write(name, BLOCKS)
        assert b"".join(store.read(name)) == b"".join(BLOCKS)

    @pytest.mark.parametrize("begin", [1, SEALED_BLOCK, 2 * SEALED_BLOCK + 1])
    def test_it_is_read_from_any_byte_on(self, store: Store, tenant: str, begin: int) -> None:
        name = a_name(tenant)
        store.write(name, BLOCKS)
        assert b"".join(store.read(name, begin=begin)) == b"".join(BLOCKS)[begin:]

    def test_what_was_deleted_is_gone_and_may_be_deleted_again(self, store: Store, tenant: str) -> None:
        name = a_name(tenant)
        store.write(name, BLOCKS)
        store.delete(name)
        store.delete(name)
        assert names(store, f"{tenant}/intake/") == set()
        with pytest.raises(FileStoreUnavailable):
            next(store.read(name))

    def test_what_raises_on_its_way_leaves_nothing_and_raises_as_it_is(self, store: Store, tenant: str) -> None:
        def blocks() -> Iterator[bytes]:
            yield from BLOCKS
            raise VirusFound

        with pytest.raises(VirusFound):
            store.write(a_name(tenant), blocks())
        assert names(store, f"{tenant}/intake/") == set()

    def test_it_shows_what_lies_below_one_service_of_one_tenant(self, store: Store, tenant: str) -> None:
        here, there, elsewhere = a_name(tenant), a_name(tenant, "placement"), a_name(f"{tenant}-other")
        for name in (here, there, elsewhere):
            store.write(name, [b"x"])
        (lying,) = store.below(f"{tenant}/intake/")
        assert lying.name == here
        assert -5 < lying.age < 60
        assert list(store.below(f"{tenant}/mentorship/")) == []

    @pytest.mark.parametrize(
        "name",
        ["../etc/passwd", "a/intake/../../etc/passwd", "a/intake/x", f"/{AN_ID}", f"a/../{AN_ID}", ""],
    )
    def test_a_name_that_is_none_goes_nowhere(self, store: Store, name: str) -> None:
        with pytest.raises(ValueError, match="not the name"):
            store.write(name, BLOCKS)
        with pytest.raises(ValueError, match="not the name"):
            next(store.read(name))
        with pytest.raises(ValueError, match="not the name"):
            store.delete(name)


class TestFolder:
    def test_only_its_owner_reads_it(self, tmp_path: Path, tenant: str) -> None:
        opened(str(tmp_path)).write(a_name(tenant), BLOCKS)
        below = list(tmp_path.rglob("*"))
        assert len(below) == 3
        assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in below} == {0}

    def test_a_file_has_its_name_only_when_it_is_whole(self, tmp_path: Path, tenant: str) -> None:
        store, name = opened(str(tmp_path)), a_name(tenant)

        def blocks() -> Iterator[bytes]:
            yield BLOCKS[0]
            assert names(store, f"{tenant}/intake/") == {half}
            with pytest.raises(FileStoreUnavailable):
                next(store.read(name))
            yield BLOCKS[1]

        tenant_and_service, _, file_id = name.rpartition("/")
        half = f"{tenant_and_service}/.{file_id}"
        store.write(name, blocks())
        assert names(store, f"{tenant}/intake/") == {name}

    def test_what_a_dying_process_left_is_shown_and_can_be_deleted(self, tmp_path: Path, tenant: str) -> None:
        store, name = opened(str(tmp_path)), a_name(tenant)
        store.write(name, BLOCKS)
        half = tmp_path / tenant / "intake" / f".{new_id()}"
        half.write_bytes(b"half")
        for lying in list(store.below(f"{tenant}/intake/")):
            store.delete(lying.name)
        assert names(store, f"{tenant}/intake/") == set()

    def test_no_file_is_written_over(self, tmp_path: Path, tenant: str) -> None:
        store, name = opened(str(tmp_path)), a_name(tenant)
        (tmp_path / tenant / "intake").mkdir(parents=True)
        (tmp_path / tenant / "intake" / f".{name[-36:]}").write_bytes(b"somebody is writing it")
        with pytest.raises(FileStoreUnavailable):
            store.write(name, BLOCKS)

    def test_a_disk_that_is_not_there_is_unavailable_and_not_made(self, tmp_path: Path, tenant: str) -> None:
        away = tmp_path / "unmounted"
        store, name = opened(str(away)), a_name(tenant)
        for use in (
            lambda: store.write(name, BLOCKS),
            lambda: next(store.read(name)),
            lambda: list(store.below(f"{tenant}/intake/")),
        ):
            with pytest.raises(FileStoreUnavailable):
                use()
        assert not away.exists()

    def test_a_full_disk_keeps_nothing(self, tenant: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(stores.os, "fsync", full)
        store = opened(str(tmp_path))
        with pytest.raises(FileStoreUnavailable):
            store.write(a_name(tenant), BLOCKS)
        assert names(store, f"{tenant}/intake/") == set()


class TestBucket:
    @pytest.fixture(autouse=True)
    def credentials(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")

    def assert_unavailable(self, address: str, tenant: str) -> None:
        store, name = opened(address), a_name(tenant)
        for use in (
            lambda: store.write(name, [b"x"]),
            lambda: next(store.read(name)),
            lambda: store.delete(name),
            lambda: list(store.below(f"{tenant}/intake/")),
        ):
            with pytest.raises(FileStoreUnavailable):
                use()

    def test_one_that_does_not_exist_is_unavailable(self, bucket_server: str, tenant: str) -> None:
        self.assert_unavailable(f"s3://nowhere?endpoint={bucket_server}", tenant)

    def test_a_server_that_is_away_is_unavailable(self, tenant: str) -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))  # bound and not listening: whoever connects is refused
            self.assert_unavailable(f"s3://{BUCKET}?endpoint=http://127.0.0.1:{nobody.getsockname()[1]}", tenant)

    def test_a_server_that_does_not_answer_is_unavailable(self, tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stores, "ANSWERING", 0.1)
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen(64)
            self.assert_unavailable(f"s3://{BUCKET}?endpoint=http://127.0.0.1:{silent.getsockname()[1]}", tenant)

    def test_more_than_a_page_of_files_is_listed(
        self, bucket: Store, tenant: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stores, "PAGE", 2)
        written = {a_name(tenant) for _ in range(5)}
        for name in written:
            bucket.write(name, [b"x"])
        assert names(bucket, f"{tenant}/intake/") == written

    def test_without_a_prefix_it_lies_at_the_root(self, bucket_server: str, tenant: str) -> None:
        root, name = opened(f"s3://{BUCKET}?endpoint={bucket_server}"), a_name(tenant)
        root.write(name, BLOCKS)
        assert names(root, f"{tenant}/intake/") == {name}
        assert b"".join(root.read(name)) == b"".join(BLOCKS)


class TestAddress:
    @pytest.mark.parametrize(
        "address",
        [
            "",
            "files",
            "./files",
            "s3://",
            "s3://bucket?colour=blue",
            "s3://bucket?endpoint",
            "https://bucket",
            "file:x",
        ],
    )
    def test_what_is_no_address_is_refused(self, address: str) -> None:
        with pytest.raises(ValueError, match="neither an absolute path nor"):
            opened(address)
