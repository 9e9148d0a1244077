"""How a content is put into a store under a key of its own, and comes out again."""

from collections.abc import Iterable, Iterator

from services.kernel.basics.ids import new_id
from services.kernel.contracts.files import FileInStore
from services.kernel.files.blocks import seal, unseal
from services.kernel.files.store import Store, name_of
from services.kernel.secrecy.crypto import new_key


def put(
    store: Store, content: Iterable[bytes], *, tenant: str, service: str, name: str, media_type: str
) -> FileInStore:
    """Keeps a content. Until a row refers to it, it is an upload that is swept after a day."""
    file_id, key = new_id(), new_key()
    size = 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for piece in content:
            size += len(piece)
            yield piece

    lying = name_of(tenant, service, file_id)
    store.write(lying, seal(counted(), key, name=lying))
    return FileInStore(id=file_id, name=name, media_type=media_type, size=size, key=key)


def content_of(store: Store, file: FileInStore, *, tenant: str, service: str) -> Iterator[bytes]:
    """The content again. Raises `FileStoreUnavailable`, or `SealBroken` at the first block that is not as it was."""
    lying = name_of(tenant, service, file.id)
    return unseal(store.read(lying), file.key, name=lying)
