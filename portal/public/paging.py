"""Long lists, page by page: which rows a page holds, and what the row of page links shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import abort, request

from portal.public.addresses import address

Row = TypeVar("Row")

PER_PAGE = 30
"""Rows a page holds unless the page says otherwise."""

_WRITTEN = "portal.written_query"

_AROUND = 1
"""Page links shown on each side of the current one, beside the first and the last."""


@dataclass(frozen=True, slots=True)
class Pager:
    """One page of a list: ``number`` of ``count`` pages (from 1) over ``total`` rows."""

    number: int
    count: int
    total: int
    per_page: int
    address: Callable[[int], str]

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * self.per_page

    @property
    def first(self) -> int:
        """The running number of this page's first row, 0 for an empty list."""
        return self.offset + 1 if self.total else 0

    @property
    def last(self) -> int:
        """The running number of this page's last row, 0 for an empty list."""
        return min(self.offset + self.per_page, self.total)

    @property
    def window(self) -> list[int | None]:
        """The page numbers to be linked, None where some are left out."""
        near = range(self.number - _AROUND, self.number + _AROUND + 1)
        shown = sorted({1, self.count, *(n for n in near if 1 <= n <= self.count)})
        window: list[int | None] = []
        for number in shown:
            before = window[-1] if window else None
            if before is not None and number - before == 2:
                window.append(number - 1)  # a gap of one page is shorter as its number
            elif before is not None and number - before > 2:
                window.append(None)
            window.append(number)
        return window

    def url(self, number: int) -> str:
        """Return the address of another page of the same list."""
        return self.address(number)

    def of(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return this page's rows of the whole list."""
        return rows[self.offset : self.offset + self.per_page]


def paginate(total: int, per_page: int = PER_PAGE, number: int | None = None) -> Pager:
    """Return the page that the request asks for by ``?page=`` (or ``number``).

    Nonsense and numbers below 1 mean the first page. A number past the end is the last page: lists shrink,
    and a bookmark of page 9 should show what is left of the list rather than an error. One that no list
    of ours ever reached is not a bookmark: 404.
    """
    wanted = page_number() if number is None else number
    count = max(1, -(-total // per_page))
    return Pager(min(max(wanted, 1), count), count, total, per_page, page_address)


def page_number() -> int:
    """Return the page that ``?page=`` asks for, 1 where it is missing or no number. Absurd ones: 404."""
    text = request.args.get("page", "")
    if not (text.isascii() and text.isdigit()):
        return 1
    if len(text) > 6:
        abort(404)
    return int(text)


def page_address(number: int) -> str:
    """Return the current address with another page number: every filter and the order are kept."""
    return address_with(page=number if number > 1 else None)


def address_with(**changes: Any) -> str:
    """Return the current address with some of its query changed; None takes a part out.

    Anything but a change of page starts again at the first page.
    """
    gone = changes.keys() if "page" in changes else {*changes, "page"}
    kept = [part for name, part in _written_query().items() if name not in gone]
    added = {name: value for name, value in changes.items() if value not in (None, "", [""])}
    query = "&".join([*kept, urlencode(added, doseq=True)] if added else kept)
    assert request.endpoint is not None, "only a matched address has pages"
    return address(request.endpoint, **(request.view_args or {})) + (f"?{query}" if query else "")


def _written_query() -> dict[str, str]:
    """Return the current query by name, as addresses write it: a list page names itself some forty times."""
    written: dict[str, str] | None = request.environ.get(_WRITTEN)
    if written is None:
        written = request.environ[_WRITTEN] = {
            name: urlencode({name: values}, doseq=True)
            for name, values in request.args.lists()
            if values != [""]
        }
    return written


def address_of(endpoint: str, query: Mapping[str, Any], **parts: Any) -> str:
    """Return the address of an endpoint with a query made of what people typed.

    The query never becomes arguments of ``url_for``, where names such as ``_external`` mean something.
    """
    kept = {name: value for name, value in query.items() if value not in (None, "", [""])}
    return address(endpoint, **parts) + (f"?{urlencode(kept, doseq=True)}" if kept else "")
