"""A network that can be slowed and cut: a small TCP proxy on 127.0.0.1, in a thread of its own."""

import asyncio
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Thread

_AT_ONCE = 65_536  #: bytes


class Proxy:
    """Hands each connection on to one of some ports, to the next one each time, and past those that do not answer."""

    def __init__(self, ports: Callable[[], Sequence[int]]) -> None:
        self._ports, self._turn = ports, 0
        self.delay = 0.0  #: seconds that each piece waits, either way
        self.port = 0  #: at which it listens
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()

    def cut(self) -> None:
        """Every connection is reset."""
        self._loop.call_soon_threadsafe(self._abort)

    def _abort(self) -> None:
        for writer in list(self._open):
            _reset(writer)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward = await self._onward()
        if onward is None:
            _reset(writer)
            return
        ends = {writer, onward[1]}
        self._open |= ends
        try:
            await asyncio.gather(self._carry(reader, onward[1]), self._carry(onward[0], writer))
        finally:
            self._open -= ends

    async def _onward(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        ports = list(self._ports())
        self._turn += 1
        for number in range(len(ports)):
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", ports[(self._turn + number) % len(ports)])
        return None

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What comes goes on, until one of the two ends: then both do."""
        with suppress(OSError):
            while piece := await reader.read(_AT_ONCE):
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(piece)
                await writer.drain()
        writer.close()

    @contextmanager
    def listening(self) -> Iterator["Proxy"]:
        """Listens in a thread of its own, then ends every connection."""
        self._loop.run_until_complete(self._listen())
        thread = Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.run_until_complete(self._end())
            self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        self._abort()
        connections = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        await asyncio.gather(*connections, return_exceptions=True)
        await asyncio.sleep(0)  # the last of them are told that they are closed


def _reset(writer: asyncio.StreamWriter) -> None:
    """Without the goodbye that TCP knows, and without what has not been sent."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
