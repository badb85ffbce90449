"""Which word means which value: natures, states, grades. Values are those of the record's enums."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.institutions.importer.vocabulary import squeeze, values, words

VALUES = values()
SAYS_NOTHING = words("says_nothing")
"""A nature that every home has."""
NOT_GRADED = words("not_graded")
_NATIONAL = re.compile(r"(?:国家)?([一二三四五1-5])级?(?:养老机构)?")
"""GB/T 37276-2018 knows levels; a 三星级 is a local scale's (a mapping file may say otherwise)."""
_SCALE = re.compile(r"[级星叶甲乙丙]|^a{1,5}$")
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Words:
    """The built-in values with those of a mapping file before them."""

    extra: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def value(self, name: str, text: str) -> str | None:
        """Return the value of field ``name`` that ``text`` means, or None."""
        word = squeeze(text)
        return self.extra.get(name, {}).get(word) or VALUES.get(name, {}).get(word)

    def nature(self, text: str) -> dict[str, str]:
        """Return field → value for whatever a word says of operation, legal form and kind."""
        found = {name: self.value(name, text) for name in ("operation_mode", "legal_form", "kind")}
        return {name: value for name, value in found.items() if value is not None}

    def grade(self, text: str) -> tuple[str, int | None]:
        """Return what a grade is: ("national", 1-5), ("local", None), ("none", None) or ("unknown", None)."""
        word = squeeze(text)
        if named := self.extra.get("grade", {}).get(word):
            return (LOCAL, None) if named == LOCAL else ("national", int(named))
        if word in NOT_GRADED:
            return "none", None
        if found := _NATIONAL.fullmatch(word):
            return "national", _DIGITS.get(found[1]) or int(found[1])
        return (LOCAL, None) if _SCALE.search(word) else ("unknown", None)
