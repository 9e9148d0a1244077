"""A network that can be slowed and cut: a small TCP proxy on 127.0.0.1, a process of its own.

`python -m tests.prove.proxy PORT…` says at which port it listens; then each line that it reads is an order: `cut`,
`delay SECONDS`. It ends with its input.
"""

import asyncio
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from deploy.cli.names import ROOT

_AT_ONCE = 65_536  #: bytes


class Network:
    """The way to a server, or to one of several, as the rig sees it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders = process.stdin
        self.port = int(process.stdout.readline())  #: on which it is reached

    def cut(self) -> None:
        """Every connection is reset; new ones are made as before."""
        self._order("cut")

    def slow(self, seconds: float) -> None:
        """Each piece waits so long on its way, either way."""
        self._order(f"delay {seconds}")

    def _order(self, line: str) -> None:
        self._orders.write(f"{line}\n")
        self._orders.flush()


@contextmanager
def network(ports: Sequence[int]) -> Iterator[Network]:
    """Connections go to these ports in turn, past those that do not answer."""
    command = [sys.executable, "-m", __name__, *map(str, ports)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield Network(process)
        finally:
            process.kill()


class Proxy:
    """What the process does."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports, self._turn = ports, 0
        self._delay = 0.0
        self._open: set[asyncio.StreamWriter] = set()

    async def serve(self) -> None:
        """Until there are no more orders."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201  # whoever started it reads it
        orders = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
        while order := (await orders.readline()).decode().split():
            if order[0] == "cut":
                for writer in self._open:
                    _reset(writer)
            else:
                self._delay = float(order[1])

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward = await self._onward()
        if onward is None:
            _reset(writer)
            return
        ends = {writer, onward[1]}
        self._open |= ends
        await asyncio.gather(self._carry(reader, onward[1]), self._carry(onward[0], writer))
        self._open -= ends

    async def _onward(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        self._turn += 1
        for number in range(len(self._ports)):
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", self._ports[(self._turn + number) % len(self._ports)])
        return None

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """What comes goes on, until one of the two ends: then both do."""
        with suppress(OSError):
            while piece := await reader.read(_AT_ONCE):
                if self._delay:
                    await asyncio.sleep(self._delay)
                writer.write(piece)
                await writer.drain()
        writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Without the goodbye that TCP knows, and without what has not been sent."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


if __name__ == "__main__":
    asyncio.run(Proxy([int(port) for port in sys.argv[1:]]).serve())
