"""How far an import is: in a small file, because a transaction that lasts must not be seen half-way."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from portal.imports import files
from portal.institutions.importer.progress import Progress

T = TypeVar("T")

_EVERY = 0.4
"""Seconds between two notes."""
_COUNTED = {"逐行读取": (0.15, 0.45), "比对": (0.5, 0.6)}
_STEPS = (
    ("打开文件", 0.05), ("逐行读取", 0.15), ("与已有机构比对", 0.45), ("写入新机构", 0.6), ("写入变更", 0.8),
    ("更新核对日期", 0.9), ("整理报告", 0.95), ("撤下新增的记录", 0.2), ("恢复改过的内容", 0.6),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HowFar:
    """The step under way and the share that is done, between 0 and 1."""

    step: str
    share: float


class RunProgress(Progress):
    """Notes each step for the page that somebody is waiting at."""

    def __init__(self, name: str | None) -> None:
        """``name``: the stored file's; None: nobody is told."""
        super().__init__()
        self._name, self._noted = name, 0.0

    def step(self, text: str) -> None:
        """Name the step that begins."""
        share = next((share for start, share in _STEPS if text.startswith(start)), 0.5)
        self._note(HowFar(text, share))

    def counted(self, items: Iterable[T], total: int, text: str) -> Iterator[T]:
        """Pass items on and note now and then how many have gone by."""
        start, end = _COUNTED.get(text, (0.5, 0.9))
        for number, item in enumerate(items, 1):
            yield item
            if number % 200 == 0 and time.monotonic() - self._noted > _EVERY:
                self._note(
                    HowFar(f"{text}（{number}/{total}）", start + (end - start) * number / max(total, 1))
                )

    def _note(self, now: HowFar) -> None:
        self._noted = time.monotonic()
        if self._name is None:
            return
        path = files.folder() / f"{self._name}.progress"
        draft = path.with_suffix(".progress~")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump([now.step, round(now.share, 3)], file)
        draft.replace(path)  # whole or not at all


def how_far(name: str | None) -> HowFar | None:
    """Return what was noted last, None if nothing was."""
    if name is None:
        return None
    try:
        step, share = json.loads((files.folder() / f"{name}.progress").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return HowFar(str(step), float(share))
