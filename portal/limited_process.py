"""A stranger's file is parsed in a process of its own: with limited memory and time, without our settings.

A crafted file can make any parser claim gigabytes, run for hours or crash: here that ends the child and not
the portal. ``run_limited`` starts this very file (``python -I``), which sets the limits before it hands over
to the script. So it imports nothing but the standard library, and starting it costs little.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import subprocess
import sys
from pathlib import Path

MEGABYTE = 1024 * 1024


class TookTooLong(Exception):
    """The child was still at work when its time was up."""


class Died(Exception):
    """The child ended without an answer: out of memory or processor time, or the parser crashed."""


def run_limited(
    script: Path, data: bytes, *arguments: str, memory: int, cpu_seconds: int, seconds: float
) -> bytes:
    """Return what ``script`` writes to standard output, given ``data`` on standard input.

    ``memory``: bytes of address space; ``cpu_seconds`` of the processor; ``seconds`` by the wall clock.
    Raises TookTooLong or Died. The limits hold where the system has them (not on Windows).
    """
    command = [sys.executable, "-I", "-B", __file__, str(memory), str(cpu_seconds), str(script), *arguments]
    without_settings = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    try:
        done = subprocess.run(  # noqa: S603 (our own script; arguments are no commands)
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            env=without_settings,
        )
    except subprocess.TimeoutExpired:
        raise TookTooLong from None
    if done.returncode != 0:
        raise Died(str(done.returncode))
    return done.stdout


def _limit(memory: int, cpu_seconds: int) -> None:
    with contextlib.suppress(OSError):  # where memory runs out all the same, this process goes and no other
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    with contextlib.suppress(ImportError):
        import resource

        for limit, most in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CPU, cpu_seconds),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),  # it answers through a pipe and has nothing to write to
        ):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(limit, (most, most))


def _main() -> None:
    memory, cpu_seconds, script = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    _limit(memory, cpu_seconds)
    sys.argv = sys.argv[3:]
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    _main()
