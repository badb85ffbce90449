"""Read what bureaus write for a region: codes, full, short and abolished names, with an address behind.

Nothing is guessed. A text that fits several regions is answered with all of them, and a reason to show.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from enum import IntEnum

from portal.reference.gb2260 import RegionLevel
from portal.reference.spelling import COMMONPLACE, COUNTRY, FILLER, SEPARATOR, spellings, tidy
from portal.reference.tree import RegionRow, RegionTree

OLD_NAMES_SINCE = 2000
"""Year; a region abolished earlier is only meant where no later one bears the name."""

_NUMBER = re.compile(r"(\d+)(?:\.0*)?")
_CODE_FIRST = re.compile(r"(\d{6})(\d{3}(?:\d{3})?)?(?!\d)(.+)")
_CODE_LAST = re.compile(r"(.+?)[(\[](\d{6})[)\]]")
_SHOWN = 8
_LONGEST_TEXT = 400
_LONGEST_REST = 60
"""Characters behind the region: more is no town and no street."""
_MOST_NAMES = 8
"""Region names in a row: province, city and county, written twice, and some to spare."""
_Place = tuple[int, str | None, int]
"""Where a reading goes on: the place in the text, the region above, how many names may follow."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a text says of a region."""

    code: str | None
    """Always a code in force; None when the text names none, or more than one."""
    level: RegionLevel | None = None
    remainder: str = ""
    """What follows the region in the text: a town, an address."""
    candidates: tuple[str, ...] = ()
    """Codes in force between which the text does not decide."""
    note: str | None = None
    """A sentence for the reader of the import report, e.g. on an abolished name."""
    reason: str | None = None
    """Why there is no code, as a sentence for the writer."""


class _Standing(IntEnum):
    """What a name is to its code."""

    LIVE = 0
    ABOLISHED = 1
    FORMER = 2


@dataclass(frozen=True, slots=True)
class _Name:
    code: str
    standing: _Standing
    short: bool


@dataclass(frozen=True, slots=True)
class _Match:
    """A chain of region names that ends in this one, read up to ``end``."""

    code: str
    standing: _Standing
    word: str
    end: int


class RegionReader:
    """Resolves texts against one tree of regions."""

    def __init__(self, tree: RegionTree) -> None:
        self._tree = tree
        self._names: dict[str, list[_Name]] = defaultdict(list)
        self._longest: dict[str, int] = defaultdict(int)
        for row in tree.rows.values():
            self._learn(row.code, row.name, _Standing.LIVE if row.until is None else _Standing.ABOLISHED)
            for former in row.names:
                self._learn(row.code, former, _Standing.FORMER)

    def read(self, text: str, within: str | None) -> Resolution:
        """Resolve one text; ``within`` limits the answer to one region and what lies beneath it."""
        if len(text) > _LONGEST_TEXT:
            return Resolution(None, reason=f"“{_clip(text)}”太长，不像行政区划")
        plain = tidy(text)
        if not plain:
            return Resolution(None, reason="未填写行政区划")
        if whole := _NUMBER.fullmatch(plain):
            return self._read_code(whole[1], within)
        if led := _CODE_FIRST.fullmatch(plain):
            return self._read_both(led[1] + (led[2] or ""), led[3], within)
        if closed := _CODE_LAST.fullmatch(plain):
            return self._read_both(closed[2], closed[1], within)
        return self._read_names(plain, within)

    def _learn(self, code: str, name: str, standing: _Standing) -> None:
        for spelling in spellings(name):
            self._names[spelling.text].append(_Name(code, standing, spelling.short))
            first = spelling.text[0]
            self._longest[first] = max(self._longest[first], len(spelling.text))

    # Codes

    def _read_code(self, digits: str, within: str | None) -> Resolution:
        if len(digits) not in (6, 9, 12):
            return Resolution(None, reason=f"“{digits}”不是6位、9位或12位的行政区划代码")
        row, note = self._row_of(digits[:6])
        if row is None:
            return Resolution(None, reason=f"行政区划代码“{digits[:6]}”不存在")
        finals = self._tree.currents(row.code)
        rest = digits[6:] if digits[6:].strip("0") else ""
        return self._answer(finals, digits, rest, self._tree.fate(row.code) or note, within)

    def _row_of(self, code: str) -> tuple[RegionRow | None, str | None]:
        """Return the region of a code; a group's code (350401, 110100: 市辖区) means the region it groups."""
        row = self._tree.get(code)
        if row is None and code.endswith("01"):
            row = self._tree.get(code[:4] + "00") or self._tree.get(code[:2] + "0000")
        elif row is None and code[2:] in ("0100", "0200", "9000"):
            row = self._tree.get(code[:2] + "0000")
        note = f"{code}是汇总代码，按{row.name}处理" if row is not None and row.code != code else None
        return row, note

    def _read_both(self, digits: str, text: str, within: str | None) -> Resolution:
        """Read a code with a name beside it; they must not contradict each other."""
        by_code = self._read_code(digits, within)
        text = text[_skip(text, 0, inside=False) :]
        by_name = self._read_names(text, within) if text.strip() else by_code
        if by_code.code is None and not by_code.candidates:
            return by_code
        meant = by_code.candidates or (by_code.code or "",)
        named = by_name.candidates or ((by_name.code,) if by_name.code else ())
        if not named:
            return replace(by_code, remainder=text.strip())
        for deep, shallow in ((named, meant), (meant, named)):
            agreed = [code for code in deep if any(code in self._tree.within(each) for each in shallow)]
            if len(agreed) == 1:
                note = by_code.note or by_name.note
                return self._answer((agreed[0],), text, by_name.remainder, note, within)
            if agreed:
                return by_name if deep is named else by_code
        if by_code.candidates:
            return by_code
        label = self._tree.path_label(meant[0], sep="")
        return Resolution(None, reason=f"行政区划代码{digits}是{label}，与所写的“{text.strip()}”不一致")

    # Names

    def _read_names(self, text: str, within: str | None) -> Resolution:
        start = found.end() if (found := COUNTRY.match(text)) else 0
        matches = self._chains(text, start, None, {}, _MOST_NAMES)
        if not matches:
            return Resolution(None, reason=f"“{_clip(text)}”不是已知的行政区划名称或代码")
        inside = [each for each in matches if self._may_lie(each.code, within)]
        if not inside:
            return Resolution(None, reason=self._outside(text, within or ""))
        end = max(each.end for each in inside)
        chosen = self._choose([each for each in inside if each.end == end])
        rest, contradiction = self._rest(text, end, chosen)
        if contradiction:
            return Resolution(None, reason=contradiction)
        if len(rest) > _LONGEST_REST:
            return Resolution(None, reason=f"“{_clip(text)}”太长，不像行政区划")
        finals = {final for each in chosen for final in self._tree.currents(each.code)}
        first = chosen[0]
        note = self._tree.fate(first.code)
        if len(chosen) > 1 and len(finals) > 1:
            note = None
        elif first.standing is _Standing.FORMER and note is None:
            note = f"{first.word}（{first.code}）现名{self._tree.label(first.code)}"
        named = f"“{first.word}”重名，"
        if any(each.standing is not _Standing.LIVE for each in chosen):
            named += "连同曾用此名的，"
        return self._answer(tuple(sorted(finals)), named, rest, note, within)

    def _may_lie(self, code: str, within: str | None) -> bool:
        return within is None or any(self._is_in(final, within) for final in self._tree.currents(code))

    def _is_in(self, code: str, within: str) -> bool:
        tops = self._tree.currents(within) if self._tree.get(within) else (within,)
        return any(code in self._tree.within(top) for top in tops)

    def _chains(
        self, text: str, start: int, above: str | None, known: dict[_Place, list[_Match]], names: int
    ) -> list[_Match]:
        """Return every way to read at most ``names`` region names from ``start`` on, each beneath the last.

        ``known`` remembers the answers of this text: 吉林吉林… has twice as many readings with every name.
        """
        if names == 0:
            return []
        place = (start, above, names)
        if place not in known:
            known[place] = list(dict.fromkeys(self._read_chains(text, start, above, known, names)))
        return known[place]

    def _read_chains(
        self, text: str, start: int, above: str | None, known: dict[_Place, list[_Match]], names: int
    ) -> list[_Match]:
        at = _skip(text, start, inside=above is not None)
        fresh: list[_Match] = []
        repeated: list[_Match] = []
        for length in range(min(self._longest.get(text[at : at + 1], 0), len(text) - at), 1, -1):
            word, end = text[at : at + length], at + length
            for name in self._names.get(word, ()):
                # 北京市 北京市 朝阳区: a column of the province, then one of the full name.
                again = above is not None and self._same_or_above(name.code, above)
                if above is not None and not again and not self._tree.lies_beneath(name.code, above):
                    continue
                code = above if again and above is not None else name.code
                deeper = self._chains(text, end, code, known, names - 1)
                if not deeper and _stands_alone(text, end, name.short):
                    deeper = [_Match(code, name.standing, word, end)]
                (repeated if again else fresh).extend(deeper)
        return fresh or repeated

    def _same_or_above(self, code: str, below: str) -> bool:
        return code == below or any(row.code == code for row in self._tree.ancestors(below))

    def _choose(self, matches: list[_Match]) -> list[_Match]:
        """Drop what nobody means: a dead name beside a living one, a county beside a province of its name."""
        rows = self._tree.rows
        if any(rows[each.code].level is RegionLevel.PROVINCE for each in matches):
            # 河北 is the province, not Tianjin's 河北区; but 吉林 stays open between province and city.
            matches = [each for each in matches if _bears_plain_name(rows[each.code])]
        live = [each for each in matches if each.standing is _Standing.LIVE]
        dead = [each for each in matches if each not in live and not self._lives_on(each.code, live)]
        recent = [each for each in dead if (rows[each.code].until or OLD_NAMES_SINCE) >= OLD_NAMES_SINCE]
        return live + recent if live or recent else dead

    def _lives_on(self, code: str, live: list[_Match]) -> bool:
        """True if a dead name's territory is that of a living bearer, or holds it, or lies in it."""
        return any(
            self._same_or_above(final, each.code) or self._same_or_above(each.code, final)
            for final in self._tree.currents(code)
            for each in live
        )

    def _rest(self, text: str, end: int, chosen: list[_Match]) -> tuple[str, str | None]:
        """Return what follows, and a complaint if that is a region which doesn't lie beneath this one."""
        at = _skip(text, end, inside=True)
        row = self._tree.rows[chosen[0].code]
        if row.level is not RegionLevel.COUNTY:
            for length in range(self._longest.get(text[at : at + 1], 0), 2, -1):
                word = text[at : at + length]
                if COMMONPLACE.fullmatch(word) or not _stands_alone(text, at + length, short=False):
                    continue
                if any(
                    name.standing is _Standing.LIVE and not name.short for name in self._names.get(word, ())
                ):
                    return "", f"行政区划{row.name}之内没有“{word}”"
        return text[at:].strip(), None

    def _outside(self, text: str, within: str) -> str:
        return f"“{_clip(text)}”没有写到行政区划{self._tree.path_label(within, sep='')}之内"

    def _answer(
        self, finals: tuple[str, ...], subject: str, rest: str, note: str | None, within: str | None
    ) -> Resolution:
        """Return the one region among ``finals``, or a reason that begins with the note or the subject."""
        allowed = tuple(code for code in finals if within is None or self._is_in(code, within))
        if len(allowed) == 1:
            return Resolution(allowed[0], self._tree.rows[allowed[0]].level, rest, note=note)
        if not finals:
            return Resolution(None, reason=f"{note or subject}，请按现行行政区划填写")
        if not allowed:
            return Resolution(None, reason=self._outside(subject, within or ""))
        if note is not None:  # a code in the text, or a divided region: the sentence already tells the parts
            return Resolution(None, remainder=rest, candidates=allowed, reason=f"{note}，请写明现在的区县")
        shown = "、".join(self._tree.path_label(code, sep="") for code in allowed[:_SHOWN])
        more = "等" if len(allowed) > _SHOWN else ""
        where = "全国" if within is None else self._tree.label(within)
        cities = {row.parent_code for row in map(self._tree.rows.__getitem__, allowed)}
        counties = all(self._tree.rows[code].level is RegionLevel.COUNTY for code in allowed)
        wish = "请写明所属的市" if counties and len(cities) > 1 else "请写全称"
        reason = f"{subject}在{where}有{len(allowed)}个，{wish}：{shown}{more}"
        return Resolution(None, remainder=rest, candidates=allowed, reason=reason)


def _skip(text: str, at: int, *, inside: bool) -> int:
    """Return the place behind separators and, once inside a region, behind the code table's group names."""
    while True:
        found = SEPARATOR.match(text, at) or (FILLER.match(text, at) if inside else None)
        if found is None:
            return at
        at = found.end()


def _stands_alone(text: str, end: int, short: bool) -> bool:
    """True if a name that ends here is meant as one: not 鼓楼 in 鼓楼路, not 永安市 in 永安市场."""
    if not short:
        return not text.startswith("场", end)
    return end == len(text) or SEPARATOR.match(text, end) is not None


def _bears_plain_name(row: RegionRow) -> bool:
    return row.level is not RegionLevel.COUNTY and not row.name.endswith("自治州")


def _clip(text: str) -> str:
    return text if len(text) <= 24 else text[:24] + "…"
