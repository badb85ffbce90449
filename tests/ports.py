"""Ports for servers that the tests start: nobody else is given one between its choice and the server's start.

``bind(0)`` and closing again leaves the port to whoever asks next: another test process, or any connection
that goes out. These lie below what the system gives to connections, and a lock on a file, which ends with
this process, keeps each from the other test processes of the machine.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from pathlib import Path
from typing import IO

_FIRST, _LAST = 20_000, 30_000
_taken: list[IO[bytes]] = []


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on, and that stays ours until this process ends."""
    folder = Path(tempfile.gettempdir()) / f"portal-test-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    first = _FIRST + os.getpid() * 37 % (_LAST - _FIRST)
    for port in (*range(first, _LAST), *range(_FIRST, first)):
        lock = (folder / str(port)).open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do
                probe.bind(("127.0.0.1", port))
        except OSError:
            lock.close()
            continue
        _taken.append(lock)  # closed, the lock would end
        return port
    raise AssertionError("no port is free")
