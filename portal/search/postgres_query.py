"""A plan's nodes as SQL conditions over the index's table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.search.nodes import All, Check, How, Node, Some, Term, Zone

COLUMNS = {
    Zone.NAME: "name_line",
    Zone.FORMER: "former_line",
    Zone.DETAILS: "details_line",
    Zone.SOUND: "sound_line",
    Zone.PLACE_SOUND: "place_sound_line",
}
NEVER = "FALSE"


@dataclass
class Parameters:
    """The values of one statement; everything typed is bound, never written into it."""

    values: dict[str, Any] = field(default_factory=dict)

    def bind(self, value: Any) -> str:
        """Return the placeholder of a value."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}"


def candidates(node: Node, *filters: str) -> str:
    """Return a node as one ``tsquery``, checks left out, narrowed to documents with the ``filters`` terms."""
    return " & ".join([f"({_tsquery(node)})", *map(_lexeme, filters)])


def condition(node: Node, parameters: Parameters) -> str:
    """Return the exact condition of a node: what ``candidates`` leave to be checked."""
    return "TRUE" if not _has_check(node) else _condition(node, parameters)


def text_condition(node: Node, parameters: Parameters) -> str:
    """Return the exact condition of a node by itself, asked of the texts where these can tell."""
    return _condition(node, parameters)


def _condition(node: Node, parameters: Parameters) -> str:
    if not _has_check(node):
        return _by_text(node, parameters)
    match node:
        case Check(inner, zone, how, value):
            column, placeholder = COLUMNS[zone], parameters.bind(value)
            match how:
                case How.CONTAINS:
                    return f"strpos({column}, {placeholder}) > 0"
                case How.STARTS:
                    return f"starts_with({column}, {placeholder})"
                case How.PATTERN:
                    return f"({_condition(inner, parameters)} AND {column} ~ {placeholder})"
        case All(nodes):
            return "(" + " AND ".join(_condition(part, parameters) for part in nodes) + ")"
        case Some(nodes):
            return "(" + " OR ".join(_condition(part, parameters) for part in nodes) + ")"
    raise AssertionError("a term has no check")


def _by_terms(node: Node, parameters: Parameters) -> str:
    asked = _tsquery(node)
    return f"terms @@ CAST({parameters.bind(asked)} AS tsquery)" if asked else NEVER


def _by_text(node: Node, parameters: Parameters) -> str:
    match node:
        case Term(term):
            zone, _, value = term.partition(":")
            if zone == "p":
                return f"starts_with(name_line, {parameters.bind(value)})"
            if zone == "e":
                return f"name_line = {parameters.bind(value)}"
            if zone in ("n", "f", "d"):
                return f"strpos({COLUMNS[Zone(zone)]}, {parameters.bind(value)}) > 0"
            return _by_terms(node, parameters)
        case All(nodes):
            return "(" + " AND ".join(_by_text(part, parameters) for part in nodes) + ")"
        case Some(nodes):
            return "(" + " OR ".join(_by_text(part, parameters) for part in nodes) + ")" if nodes else NEVER
    raise AssertionError("nodes with checks were taken apart before")


def _has_check(node: Node) -> bool:
    match node:
        case Check():
            return True
        case All(nodes) | Some(nodes):
            return any(map(_has_check, nodes))
    return False


def _tsquery(node: Node) -> str:
    """Return the terms of a node as text for ``CAST … AS tsquery``; empty where nothing can match."""
    match node:
        case Term(term):
            return _lexeme(term)
        case Check(inner):
            return _tsquery(inner)
        case All(nodes):
            parts = [_tsquery(part) for part in nodes]
            return "" if not all(parts) else _joined(" & ", parts)
        case Some(nodes):
            return _joined(" | ", [asked for asked in map(_tsquery, nodes) if asked])


def _joined(sign: str, parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({sign.join(parts)})" if parts else ""


def _lexeme(term: str) -> str:
    doubled = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
