"""A load of HTTP requests over kept connections, with as little work of its own as can be.

Run as a process of its own: `python -m tests.bench.load` reads a plan as JSON from standard input, prints the result.
"""

import json
import socket
import statistics
import sys
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Result:
    """What a load came to."""

    per_second: float
    median_ms: float
    p95_ms: float
    statuses: dict[str, int]


def request(method: str, url: str, headers: dict[str, str], body: str) -> bytes:
    """The bytes of a request."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {path} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body.encode())}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


class Connection:
    """One kept connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def exchange(self, data: bytes) -> str:
        """Sends a request, reads the response, returns its status."""
        self._socket.sendall(data)
        answer = self._socket.recv(65536)
        while b"\r\n\r\n" not in answer:
            answer += self._more()
        head, _, body = answer.partition(b"\r\n\r\n")
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                left = int(line.split(b":")[1]) - len(body)
                while left > 0:
                    left -= len(self._more())
        return head[9:12].decode()

    def _more(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection")
        return data

    def close(self) -> None:
        self._socket.close()


REFUSED = {"429", "503"}


def run(requests: list[bytes], url: str, *, connections: int, seconds: float, pause: float = 0.0) -> Result:
    """Sends the requests round and round for some seconds; a `{key}` in one becomes different each time. Whoever is
    refused waits for a pause."""
    times: list[float] = []
    statuses: dict[str, int] = {}
    until = time.perf_counter() + seconds
    began = time.perf_counter()

    def work(number: int) -> None:
        connection = Connection(url)
        mine: list[float] = []
        seen: dict[str, int] = {}
        turn = number
        while time.perf_counter() < until:
            turn += connections
            data = requests[turn % len(requests)].replace(b"{key}", b"%d-%d" % (turn, int(began * 1000)))
            start = time.perf_counter()
            try:
                status = connection.exchange(data)
            except OSError:  # a refusal may end the connection
                connection.close()
                connection, status = Connection(url), "none"
            mine.append(time.perf_counter() - start)
            seen[status] = seen.get(status, 0) + 1
            if pause and status in REFUSED:
                time.sleep(pause)
        connection.close()
        times.extend(mine)
        for status, count in seen.items():
            statuses[status] = statuses.get(status, 0) + count

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - began
    ordered = sorted(times)
    return Result(
        per_second=len(times) / elapsed,
        median_ms=statistics.median(ordered) * 1000,
        p95_ms=ordered[int(len(ordered) * 0.95)] * 1000,
        statuses=statuses,
    )


if __name__ == "__main__":
    plan = json.load(sys.stdin)
    made = [request(one["method"], one["url"], one["headers"], one["body"]) for one in plan["requests"]]
    how = {name: plan[name] for name in ("connections", "seconds", "pause") if name in plan}
    result = run(made, plan["requests"][0]["url"], **how)
    print(json.dumps(result.__dict__))
