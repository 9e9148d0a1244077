"""How many files are on their way through this process at once. Each holds a thread for as long as its sender or reader
takes, so there are threads for them beside those of all other requests, and shares, so that nobody takes them all.
"""

from collections import Counter
from threading import Lock

from services.kernel.contracts.files import FilesBusy


class Transfers:
    """Places for files that are received or sent. Thread-safe; nobody waits for one."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._taken: Counter[str] = Counter()
        self._lock = Lock()

    def take(self, municipality: str, *, openly: bool) -> "Place":
        """A place for one file. A municipality gets half of all, whoever has not logged in a quarter of a
        municipality's and of all together. Raises `FilesBusy`."""
        shares = {"": self._places, municipality: max(1, self._places // 2)}
        if openly:
            shares |= {"open": max(1, self._places // 4), f"open {municipality}": max(1, self._places // 8)}
        with self._lock:
            if any(self._taken[name] >= share for name, share in shares.items()):
                raise FilesBusy
            self._taken.update(shares.keys())
        return Place(self, tuple(shares))

    def give_back(self, names: tuple[str, ...]) -> None:
        """A place that is free again."""
        with self._lock:
            self._taken.subtract(names)


class Place:
    """One file's place, until it is given back; twice is no trouble."""

    def __init__(self, transfers: Transfers, names: tuple[str, ...]) -> None:
        self._transfers = transfers
        self._names = names

    def give_back(self) -> None:
        names, self._names = self._names, ()
        self._transfers.give_back(names)
