"""Tables of the back office, page by page and in the order that the address asks for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request, url_for

Row = TypeVar("Row")

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class TablePage:
    """One page of a table: ``number`` of ``last`` (from 1) over ``total`` rows."""

    number: int
    last: int
    total: int

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * PER_PAGE

    def of(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return this page's rows of the whole table."""
        return rows[self.offset : self.offset + PER_PAGE]


def table_page(total: int) -> TablePage:
    """Return the page that ``?page=`` asks for; nonsense is the first, past the end the last."""
    last = max(1, -(-total // PER_PAGE))
    return TablePage(min(asked_page(), last), last, total)


def asked_page() -> int:
    """Return the page that ``?page=`` asks for, from 1; nonsense, and what no table has, is the first."""
    text = request.args.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


@dataclass(frozen=True, slots=True)
class Order:
    """By which column, and which way."""

    column: str
    descending: bool


def asked_order(columns: Collection[str], default: Order) -> Order:
    """Return the order that ``?sort=`` asks for: a column's name, with ``-`` in front from last to first."""
    wanted = request.args.get("sort", "")
    column = wanted.removeprefix("-")
    return Order(column, wanted.startswith("-")) if column in columns else default


def here_with(**changes: Any) -> str:
    """Return the present address with some of its query changed; None takes a part out, a new choice starts
    again at page 1.
    """
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in _OWN and (name != "page")
    }
    kept.update(changes)
    assert request.endpoint is not None, "only a matched address has pages"
    query = {name: value for name, value in kept.items() if value not in (None, "")}
    return url_for(request.endpoint, **(request.view_args or {}), **query)


_OWN = frozenset({"page", "sort", "stage", "days", "months", "region"})
"""Parts of a query that tables know; what else is typed into an address is not carried along."""
