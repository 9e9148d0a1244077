"""Where sealed files lie: a folder, or a bucket that speaks S3. Sees names and sealed blocks, never a content or a key.

A name is `<tenant>/<service>/<file id>` and says nothing of a person. A file is there as a whole or not at all.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from services.kernel.basics import clock, environment
from services.kernel.basics.environment import Form, Reader
from services.kernel.basics.log import failed, logger
from services.kernel.contracts.files import FileStoreUnavailable, Lying
from services.kernel.files.blocks import SEALED_BLOCK

CONNECTING, ANSWERING = 3, 10  #: seconds that a bucket has for each step
PAGE = 1000  #: files that a bucket lists at once
_NAME = re.compile(r"[a-z0-9-]+/[a-z]+/\.?[0-9a-f-]{36}")


class Store(Protocol):
    """Keeps sealed files. Every method raises `FileStoreUnavailable` when the place can not be reached."""

    def write(self, name: str, blocks: Iterable[bytes]) -> None:
        """Keeps the blocks. When it, or whatever makes the blocks, raises, nothing is kept."""

    def read(self, name: str, *, begin: int = 0) -> Iterator[bytes]:
        """The bytes again from that one on, in pieces. What is not there is not available, and is logged."""

    def delete(self, name: str) -> None:
        """Deletes it; that it is gone already is no trouble."""

    def below(self, prefix: str) -> Iterator[Lying]:
        """Everything that lies below `<tenant>/<service>/`, also what a dying process left half written."""


def address(reader: Reader, name: str) -> str:
    """An address as `opened` takes it."""
    found = reader.text(name)
    try:
        opened(found or "/")
    except ValueError as problem:
        reader.problems.append(f"{name} is {problem}")
    return found


def variable() -> Any:
    """The setting of a process that reads or writes files."""
    return environment.variable(
        "HEMVIST_FILE_STORE",
        "where files lie: the path of a folder, or s3://bucket/prefix with the AWS_ variables of its credentials",
        Form(address),
        # Credentials of a bucket, by the names that the tools of Amazon know.
        beside=("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    )


def opened(address: str) -> Store:
    """The store at an address: an absolute path, or `s3://bucket/prefix?endpoint=https://…&region=…`, with credentials
    as the AWS tools find them. Connects to nothing yet; `ValueError` for what is no address."""
    if Path(address).is_absolute():
        return Folder(Path(address))
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    known = options.keys() <= {"endpoint", "region"} and all(options.values())
    if parts.scheme != "s3" or not parts.netloc or not known:
        raise ValueError("neither an absolute path nor s3://bucket?endpoint=…&region=…")
    return Bucket(parts.netloc, prefix=parts.path.strip("/"), **options)


class Folder:
    """A folder that only its owner reads."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def write(self, name: str, blocks: Iterable[bytes]) -> None:
        """First under another name, which `below` shows too; the file's own is for what is whole and on the disk."""
        path = self._path(name)
        half = path.with_name(f".{path.name}")
        try:
            with self._reached(name):
                self._make_folder(path.parent)
                file = os.fdopen(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb", buffering=0)
            with file:
                for block in blocks:
                    with self._reached(name):
                        file.write(block)
                with self._reached(name):
                    os.fsync(file.fileno())
            with self._reached(name):
                half.rename(path)
                _sync_folder(path.parent)
        except BaseException:
            with suppress(OSError):
                half.unlink(missing_ok=True)
            raise

    def read(self, name: str, *, begin: int = 0) -> Iterator[bytes]:
        with self._reached(name), self._path(name).open("rb", buffering=0) as file:
            file.seek(begin)
            while piece := file.read(SEALED_BLOCK):
                yield piece

    def delete(self, name: str) -> None:
        with self._reached(name):
            self._path(name).unlink(missing_ok=True)

    def below(self, prefix: str) -> Iterator[Lying]:
        folder = self._root / prefix
        with self._reached(prefix):
            self._root.stat()  # a disk that is not there is not an empty one
            if not folder.is_dir():
                return
            with os.scandir(folder) as entries:
                for entry in entries:
                    with suppress(FileNotFoundError):
                        yield Lying(prefix + entry.name, clock.seconds() - entry.stat().st_mtime)

    def _path(self, name: str) -> Path:
        return self._root / _checked(name)

    def _make_folder(self, folder: Path) -> None:
        """Not the root: a disk that is not there must not be taken for an empty one."""
        for part in (folder.parent, folder):
            part.mkdir(mode=0o700, exist_ok=True)

    @contextmanager
    def _reached(self, name: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as problem:
            failed("file_missing", problem, file=name)
            raise FileStoreUnavailable from None
        except OSError as problem:
            failed("file_store_failed", problem, file=name, errno=problem.errno)
            raise FileStoreUnavailable from None


def _sync_folder(folder: Path) -> None:
    """So that the new name, too, is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Bucket:
    """A bucket of Amazon's S3, or of anything that speaks its protocol."""

    def __init__(
        self, bucket: str, *, prefix: str = "", endpoint: str | None = None, region: str | None = None
    ) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._endpoint = endpoint
        self._region = region

    def write(self, name: str, blocks: Iterable[bytes]) -> None:
        """Over a file without a name on this machine's disk (in the folder that TMPDIR names), as sealed as it will lie
        in the bucket: a bucket wants to know the length first, and memory is to stay small however many come."""
        key = self._key(name)
        with self._reached(name):
            spool = TemporaryFile()  # noqa: SIM115  # closed below; what the blocks raise is not the store's trouble
        with spool:
            for block in blocks:
                with self._reached(name):
                    spool.write(block)
            with self._reached(name):
                spool.seek(0)
                self._client.put_object(Bucket=self._bucket, Key=key, Body=spool)

    def read(self, name: str, *, begin: int = 0) -> Iterator[bytes]:
        part = {"Range": f"bytes={begin}-"} if begin else {}
        with self._reached(name):
            body = self._client.get_object(Bucket=self._bucket, Key=self._key(name), **part)["Body"]
            try:
                yield from body.iter_chunks(SEALED_BLOCK)
            finally:
                body.close()

    def delete(self, name: str) -> None:
        with self._reached(name):
            self._client.delete_object(Bucket=self._bucket, Key=self._key(name))

    def below(self, prefix: str) -> Iterator[Lying]:
        with self._reached(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix, PaginationConfig={"PageSize": PAGE}
            )
            for page in pages:
                for found in page.get("Contents", ()):
                    name = found["Key"].removeprefix(self._prefix)
                    yield Lying(name, clock.seconds() - found["LastModified"].timestamp())

    def _key(self, name: str) -> str:
        return self._prefix + _checked(name)

    @cached_property
    def _client(self) -> Any:
        import boto3.session  # noqa: PLC0415  # many megabytes that a folder does without
        from botocore.config import Config  # noqa: PLC0415

        config = Config(
            connect_timeout=CONNECTING,
            read_timeout=ANSWERING,
            retries={"mode": "standard", "total_max_attempts": 2},
            max_pool_connections=32,
            # Sums that only Amazon's own S3 understands, and a block's seal does better.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return boto3.session.Session(region_name=self._region or "eu-north-1").client(
            "s3", endpoint_url=self._endpoint, config=config
        )

    @contextmanager
    def _reached(self, name: str) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        try:
            yield
        except ClientError as problem:
            code = problem.response.get("Error", {}).get("Code")
            logger.error("file_missing" if code == "NoSuchKey" else "file_store_failed", file=name, code=code)
            raise FileStoreUnavailable from None
        except (BotoCoreError, HTTPError, OSError) as problem:
            failed("file_store_failed", problem, file=name)
            raise FileStoreUnavailable from None


def _checked(name: str) -> str:
    """Names are made by the house; one that is not of their form would be a way out of the folder."""
    if not _NAME.fullmatch(name):
        raise ValueError("not the name of a file")
    return name
