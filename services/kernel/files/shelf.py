"""One service's part of the store for one tenant: contents go in under keys of their own, and come out again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from services.kernel.basics.ids import new_id
from services.kernel.contracts.files import FileInStore, Lying
from services.kernel.files.blocks import BLOCK, SEALED_BLOCK, seal, unseal
from services.kernel.files.store import Store
from services.kernel.secrecy.crypto import new_key


@dataclass(frozen=True, slots=True)
class SealedShelf:
    """Where the files of a service for a tenant lie: a `Shelf`."""

    store: Store
    tenant: str
    service: str

    def put(self, content: Iterable[bytes], *, name: str, media_type: str) -> FileInStore:
        file_id, key = new_id(), new_key()
        size = 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for piece in content:
                size += len(piece)
                yield piece

        lying = self._name(file_id)
        self.store.write(lying, seal(counted(), key, name=lying))
        return FileInStore(id=file_id, name=name, media_type=media_type, size=size, key=key)

    def read(self, file: FileInStore, *, begin: int = 0) -> Iterator[bytes]:
        lying = self._name(file.id)
        first, within = divmod(begin, BLOCK)
        sealed = self.store.read(lying, begin=first * SEALED_BLOCK)
        blocks = unseal(sealed, file.key, name=lying, first=first)
        return chain((block[within:] for block in islice(blocks, 1)), blocks)

    def take_over(self, tenant: str, file: FileInStore) -> FileInStore:
        theirs = SealedShelf(self.store, tenant, self.service)
        return self.put(theirs.read(file), name=file.name, media_type=file.media_type)

    def delete(self, file_id: str) -> None:
        self.store.delete(self._name(file_id))

    def lying(self) -> Iterator[Lying]:
        prefix = self._name("")
        for found in self.store.below(prefix):
            yield Lying(found.name.removeprefix(prefix), found.age)

    def _name(self, file_id: str) -> str:
        return f"{self.tenant}/{self.service}/{file_id}"


@dataclass(frozen=True, slots=True)
class Shelves:
    """All that a service has in the store."""

    store: Store
    service: str

    def of(self, tenant: str) -> SealedShelf:
        """Those of one tenant."""
        return SealedShelf(self.store, tenant, self.service)
