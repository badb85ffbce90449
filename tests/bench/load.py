"""A load client: so many connections ask for addresses one after another, and each answer is timed.

Why our own: the addresses change with every request (hundreds of filters, queries and homes), a sync gunicorn
closes the connection after each answer while uvicorn keeps it, and the answer must be read whole and
checked. wrk does all that only through a script in Lua and is not on every machine; Python clients such as
locust need more processor time for a request than the server does. This one needs about 0.1 ms of it, in a
process of its own, and reports its share.

``python -m tests.bench.load PORT FILE`` reads addresses, one a line, and prints the figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

CONNECTIONS = 16
_HEADERS = ("Host: 127.0.0.1", "Accept-Encoding: gzip, deflate, br", "Accept: */*", "User-Agent: bench")


@dataclass(slots=True)
class Figures:
    """What one run showed. Times in milliseconds from sending a request to the last byte of its answer."""

    requests: int
    seconds: float
    rate: float
    p50: float
    p95: float
    slowest: float
    mean_bytes: float
    client_share: float
    """Processor time of this client by elapsed time: 1.0 is one whole core."""
    failures: dict[str, int] = field(default_factory=dict)


class _Connection:
    """One connection with at most one request on its way."""

    __slots__ = ("answer", "asked", "port", "request", "socket")

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None
        self.answer = bytearray()
        self.asked = 0.0
        self.request = b""

    def ask(self, request: bytes, selector: selectors.BaseSelector) -> None:
        self.asked, self.request = time.perf_counter(), request
        self.answer.clear()
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(self.socket, selectors.EVENT_READ, self)
        self.socket.sendall(request)

    def close(self, selector: selectors.BaseSelector) -> None:
        if self.socket is not None:
            selector.unregister(self.socket)
            self.socket.close()
            self.socket = None

    def read(self) -> bool:
        """Take what has come; True at the end of the connection."""
        assert self.socket is not None
        chunk = self.socket.recv(262_144)
        self.answer += chunk
        return not chunk


def complete(answer: bytes | bytearray) -> bool:
    """True if ``answer`` is whole; one without a length is so only at the end of its connection."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(answer[:end]).lower()
    if head[9:12] in (b"204", b"304"):
        return True
    start = head.find(b"\r\ncontent-length:")
    if start >= 0:
        length = int(head[start + 17 :].split(b"\r\n", 1)[0])
        return len(answer) >= end + 4 + length
    if b"\r\ntransfer-encoding: chunked" in head:
        return answer.endswith(b"0\r\n\r\n")
    return False


def run(
    port: int,
    addresses: Sequence[str],
    *,
    seconds: float = 4.0,
    once: bool = False,
    connections: int = CONNECTIONS,
    header: str = "",
    expect: int = 200,
) -> Figures:
    """Ask for the addresses in turn, from the start again if need be (not with ``once``) till time is up."""
    rest = "\r\n".join([*_HEADERS, *([header] if header else []), "", ""])
    requests = [f"GET {address} HTTP/1.1\r\n{rest}".encode() for address in addresses]
    selector = selectors.DefaultSelector()
    waiting = [_Connection(port) for _ in range(min(connections, len(requests)) if once else connections)]
    times: list[float] = []
    failures: Counter[str] = Counter()
    asked = received = 0
    started, used = time.perf_counter(), time.process_time()
    deadline = started + seconds
    for connection in waiting:
        connection.ask(requests[asked % len(requests)], selector)
        asked += 1
    on_their_way = len(waiting)
    while on_their_way:
        ready = selector.select(timeout=30)
        if not ready:
            failures["no answer for 30 seconds"] += on_their_way
            break
        for key, _ in ready:
            connection = key.data
            ended = connection.read()
            if not ended and not complete(connection.answer):
                continue
            now = time.perf_counter()
            times.append((now - connection.asked) * 1000)
            received += len(connection.answer)
            status = bytes(connection.answer[:12])
            if status != b"HTTP/1.1 %d" % expect:
                failures[status.decode("latin-1") or "closed without an answer"] += 1
            on_their_way -= 1
            if ended or b"connection: close" in bytes(connection.answer[:2000]).lower():
                connection.close(selector)
            if now < deadline and not (once and asked >= len(requests)):
                connection.ask(requests[asked % len(requests)], selector)
                asked += 1
                on_their_way += 1
    elapsed = time.perf_counter() - started
    share = (time.process_time() - used) / elapsed
    for connection in waiting:
        connection.close(selector)
    times.sort()
    return Figures(
        requests=len(times),
        seconds=round(elapsed, 3),
        rate=len(times) / elapsed,
        p50=times[len(times) // 2],
        p95=times[int(len(times) * 0.95)],
        slowest=times[-1],
        mean_bytes=received / len(times),
        client_share=round(share, 2),
        failures=dict(failures),
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("addresses", type=Path)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    parser.add_argument("--header", default="", help="one more line of every request")
    parser.add_argument("--expect", type=int, default=200, help="the status that counts as an answer")
    given = parser.parse_args()
    addresses = given.addresses.read_text(encoding="ascii").split()
    figures = run(
        given.port,
        addresses,
        seconds=given.seconds,
        once=given.once,
        connections=given.connections,
        header=given.header,
        expect=given.expect,
    )
    json.dump(asdict(figures), sys.stdout)


if __name__ == "__main__":
    main()
