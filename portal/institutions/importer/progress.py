"""A line on standard error for work that takes longer than a moment; silent for short work."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

T = TypeVar("T")
PATIENCE = 1.5
"""Seconds before anything is said."""


class Progress:
    """Says which step is under way, once the whole takes longer than ``PATIENCE``."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._began = self._said = time.monotonic()

    def step(self, text: str) -> None:
        """Name the step that begins."""
        now = time.monotonic()
        if now - self._began > PATIENCE:
            self._say(f"{text} …")

    def counted(self, items: Iterable[T], total: int, text: str) -> Iterator[T]:
        """Pass items on and say now and then how many have gone by."""
        for number, item in enumerate(items, 1):
            yield item
            if number % 500 == 0 and time.monotonic() - self._said > PATIENCE:
                self._say(f"{text} {number}/{total}")

    def _say(self, text: str) -> None:
        self._said = now = time.monotonic()
        print(f"[{now - self._began:4.0f}秒] {text}", file=self._stream, flush=True)
