"""Requests that leave on time whether or not others have come back (an open loop), over kept connections.

How long one took counts from when it should have left: what a slow answer keeps from leaving is late, and is shown to
be. Run as a process of its own: `python -m tests.bench.steady` reads a plan as JSON from standard input (`rate` a
second, and the `requests`), prints of each its status, its milliseconds, and how late it left.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from typing import TypeAlias
from urllib.parse import urlsplit

from tests.bench.load import request

MOST = 512  #: connections; a request that finds none waits for one
PATIENCE = 30.0  #: seconds until an answer counts as never come
FAILED = "none"  #: the status of what was not answered

Wire: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Outcome: TypeAlias = tuple[str, float, float]


def due(number: int, rate: float) -> float:
    """Seconds after the beginning at which the n-th request leaves, the first being 0."""
    return number / rate


class Lines:
    """Kept connections to one place: one that is free, or a new one."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._free: list[Wire] = []
        self._room = asyncio.Semaphore(MOST)

    async def exchange(self, data: bytes) -> str:
        """Sends a request and reads the whole answer; its status."""
        async with self._room:
            wire = self._free.pop() if self._free else await asyncio.open_connection(self._host, self._port)
            try:
                wire[1].write(data)
                status = await _answer(wire[0])
            except BaseException:
                wire[1].close()
                raise
            self._free.append(wire)
            return status

    async def close(self) -> None:
        """Hangs up."""
        for _, writer in self._free:
            writer.close()
            await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> str:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(length)
    return head[9:12].decode()


async def _one(lines: Lines, data: bytes, at: float) -> Outcome:
    """Waits until its time, asks."""
    await asyncio.sleep(at - time.perf_counter())
    left = time.perf_counter()
    try:
        status = await asyncio.wait_for(lines.exchange(data), PATIENCE)
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        status = FAILED
    return status, (time.perf_counter() - at) * 1000, (left - at) * 1000


async def run(requests: Sequence[bytes], url: str, rate: float) -> list[Outcome]:
    """Each request once, at a constant rate."""
    parts = urlsplit(url)
    lines = Lines(parts.hostname or "", parts.port or 80)
    began = time.perf_counter() + 0.2
    each = (_one(lines, data, began + due(number, rate)) for number, data in enumerate(requests))
    try:
        return list(await asyncio.gather(*each))
    finally:
        await lines.close()


if __name__ == "__main__":
    plan = json.load(sys.stdin)
    made = [request(one["method"], one["url"], one["headers"], one["body"]) for one in plan["requests"]]
    print(json.dumps(asyncio.run(run(made, plan["requests"][0]["url"], plan["rate"]))))
