"""Forms that bring files: how much may come, what is said where more comes, and what became of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from flask import request

from portal.intake.preparing import MOST_FILES, TOTAL_LIMIT, FileRefused, Prepared, prepare_all
from portal.public.sections import blueprint

READ_AT_MOST = 64 * 1024 * 1024
"""Bytes read of a request at all. Up to here too much is told at the field and the text stays; beyond it
nothing is kept, and a page says so."""

_FORM_ROOM = 256 * 1024
"""Bytes that the other fields of a form may take beside the files."""
_DRAINED = 256 * 1024 * 1024
_DRAIN_SECONDS = 20
WITH_FILES = frozenset(
    {"public.new_complaint", "public.new_suggestion", "public.track_add", "public.track_answer"}
)


@blueprint.url_value_preprocessor
def allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let these forms bring more than the others: before anything reads the body."""
    if endpoint in WITH_FILES and request.method == "POST":
        request.max_content_length = READ_AT_MOST


@dataclass(slots=True)
class Sent:
    """The files of a form: how many were chosen, what is wrong, and what they were made into."""

    chosen: Sequence[tuple[BinaryIO, str]] = ()
    problems: list[str] = field(default_factory=list)
    prepared: Sequence[Prepared] = ()

    @classmethod
    def now(cls) -> Sent:
        """Return the files of the present request."""
        sent = request.files.getlist("files")
        return cls([(cast(BinaryIO, one.stream), one.filename) for one in sent if one.filename])

    @property
    def lost(self) -> int:
        """How many a browser has to be given once more where the form comes back."""
        return len(self.chosen)

    def check(self) -> None:
        """Look at how many and how much, which costs nothing."""
        if self.lost > MOST_FILES:
            self.problems.append(f"一次最多{MOST_FILES}个文件，请少选几个。")
        elif (request.content_length or 0) > TOTAL_LIMIT + _FORM_ROOM:
            self.problems.append(f"文件加起来超过{TOTAL_LIMIT >> 20}兆，请少选几个，或者换小一点的。")

    def prepare(self, already: int = 0) -> bool:
        """Rebuild them without anything that tells of a person or a device. False: some file is refused."""
        try:
            self.prepared = prepare_all(self.chosen, already)
        except FileRefused as refused:
            self.problems.append(str(refused))
        return not self.problems


def drain() -> None:
    """Take what the browser still sends: otherwise it shows a broken connection in place of the answer."""
    stream, left = request.environ["wsgi.input"], min(request.content_length or 0, _DRAINED)
    until = time.monotonic() + _DRAIN_SECONDS
    while left > 0 and time.monotonic() < until:
        piece = stream.read(min(left, 1 << 20))
        if not piece:
            return
        left -= len(piece)
