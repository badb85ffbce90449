"""Every application of the tests has the same routes: what werkzeug compiles for them is kept.

Each rule is turned into two functions that write its address, and compiling these took most of the time that
making an application takes. They know nothing of the application: they are methods, bound to the rule anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_compile = Rule._compile_builder
_kept: dict[tuple[object, ...], Callable[..., Any]] = {}


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    if rule.defaults:  # written by the converters of this very rule
        return _compile(rule, append_unknown)
    key = (rule.rule, tuple(rule._trace), append_unknown)
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = _compile(rule, append_unknown)
    return found


def keep_routes() -> None:
    """Let applications of this process share what is compiled for their routes."""
    Rule._compile_builder = _compiled_once  # type: ignore[assignment]
