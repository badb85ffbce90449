"""Names of persons: in full, behind a title, repeated later, with spaces inside, signed at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable

from portal.domain.redaction.cues import Context
from portal.domain.redaction.lexicon import after, cues, given, surnames, titles, words
from portal.domain.redaction.name_parts import COMMON_SURNAMES, COMPOUND_SURNAMES, NEVER_GIVEN, SOUNDS
from portal.domain.redaction.reading import Known, Name, NameForm, read_run
from portal.domain.redaction.sheet import MaskKind, Sheet

_ROUNDS = 4
"""A name found in one round may tell of others in the next; more rounds have found nothing yet."""
_RUN = re.compile(r"[㐀-鿿豈-﫿\U00020000-\U000323af]+")
_HAN = r"[㐀-鿿豈-﫿\U00020000-\U000323af]"
_VOID = r"[\s\u200b-\u200f\u2060\ufeff·.\-_*]{0,3}"
_ONE = "".join(surname for surname in surnames() if len(surname) == 1)
_MASKED = re.compile(
    rf"(?:{'|'.join(COMPOUND_SURNAMES.split())}|[{_ONE}])某(?:[某甲乙丙丁戊\d]|{_HAN}(?=[，。、,]))?"
    f"|{_HAN}{{1,2}}[×*xX○〇●□■△]{{1,4}}"
)
_DOTTED = re.compile(rf"({_HAN}{{1,10}})·({_HAN})")
_NEVER_FOREIGN = frozenset(NEVER_GIVEN) - frozenset(SOUNDS + "不都区县市街路院局处所")
_PART = re.compile(rf"{_HAN}{{1,10}}")
_LATIN = re.compile(r"(?<![A-Za-z@.\d/_-])(?<![A-Za-z,] )[A-Z][a-z]{2,11}(?![A-Za-z@.\d/_-])(?! [A-Za-z])")
_STRONG = 5.0
_SPELLED = re.compile(
    rf"(?:木子|弓长|立早|耳东|双木|古月|口天|言午|三横一竖|草头|走肖|人可|双口|木易|文刀|干勾于|人禾|三点水的?|单人旁的?|双人旁的?)([{_ONE}])"
    rf"|姓(?![名氏什啥甚某])({_HAN})(?=[\s，。、,;；!！?？）)的]|$)"
)
_DOTTED_TAILS = (
    "养老",
    "社区",
    "园",
    "苑",
    "公寓",
    "中心",
    "院",
    "之家",
    "府",
    "城",
    "里",
    "汇",
    "庄",
    "居",
    "堂",
)
_SPACED = re.compile(
    rf"(?<!{_HAN}[ \u3000])({_HAN})[ \u3000]{{1,4}}({_HAN})(?:[ \u3000]{{1,4}}({_HAN})|(?!{_HAN}))"
)
_PENALTY = re.compile(r"处罚决定|行政处罚")
_REPRESENTATIVE = re.compile(
    "(?:法定代表人|法人代表人?|法定负责人)(?:/负责人|或负责人)?(?:姓名|名称)?[:：为是系 （(]{0,2}$"
)
_LETTERS = "甲乙丙丁戊己庚辛壬癸"


def mask_names(sheet: Sheet, known_names: Iterable[str]) -> None:
    """Claim every name of a person; ``known_names`` are names however they stand there."""
    known = [plain for name in known_names if len(plain := _bare(name)) >= 2]
    names = _known_names(sheet.rest, [name for name in known if name not in words()])
    for one in names:
        sheet.keep(one.start, one.end)  # claimed now, masked below
    for masked in _MASKED.finditer(sheet.rest):
        sheet.keep(*masked.span())
    for find in (_dotted, _spaced, _spelled, _latin):
        found = find(sheet.rest)
        names += found
        for one in found:
            sheet.keep(one.start, one.end)
    names += _read(sheet.rest, {_bare(sheet.plain[one.start : one.end]) for one in names} | set(known))
    for name, replacement in _replaced(sheet, names):
        sheet.put(name.start, name.end, MaskKind.NAME, replacement)


def _bare(name: str) -> str:
    return re.sub(r"[\s\u200b-\u200f\u2060\ufeff]", "", Sheet(name).plain)


def _known_names(text: str, known: list[str]) -> list[Name]:
    names: list[Name] = []
    if not known:
        return names
    longest_first = sorted(set(known), key=len, reverse=True)
    pattern = re.compile("|".join(_VOID.join(map(re.escape, name)) for name in longest_first))
    for hit in pattern.finditer(text):
        bare = _bare(hit[0])
        names.append(Name(hit.start(), hit.end(), NameForm.FULL, _surname_size(bare)))
    return names


def _surname_size(name: str) -> int:
    return next((size for size in (4, 2, 1) if name[:size] in surnames() and size < len(name)), 0)


def _dotted(text: str) -> list[Name]:
    """Return names such as 阿依古丽·买买提; a home with a dot in its name (泰康之家·甬园) is none."""
    names, at = [], 0
    while hit := _DOTTED.search(text, at):
        start, end = hit.start() + _after_cue(hit[1]), hit.start(2)
        while part := _PART.match(text, end):
            end += _before_words(part[0])
            if end < part.end() or text[end : end + 1] != "·":
                break
            end += 1
        if not any(part.endswith(_DOTTED_TAILS) for part in text[start:end].split("·")):
            names.append(Name(start, end, NameForm.FULL, 0))
        at = end
    return names


def _after_cue(part: str) -> int:
    """Return where in ``part``, which runs up to a dot, the name begins."""
    for at in range(len(part) - 1, 0, -1):
        if part[at - 1] in _NEVER_FOREIGN or any(
            part[max(0, at - size) : at] in cues() for size in (1, 2, 3, 4)
        ):
            return at
    return 0


def _before_words(part: str) -> int:
    """Return where in ``part``, which follows a dot, the name ends."""
    for at in range(1, len(part)):
        if part[at] in _NEVER_FOREIGN or any(
            part[at : at + size] in after() or part[at : at + size] in titles() for size in (1, 2, 3, 4)
        ):
            return at
    return len(part)


def _spelled(text: str) -> list[Name]:
    """Return surnames that are described, 木子李, or stand alone behind 姓, however rare."""
    return [Name(*hit.span(hit.lastindex or 0), NameForm.SURNAME, 1) for hit in _SPELLED.finditer(text)]


def _latin(text: str) -> list[Name]:
    """Return Tony, Linda, 蔡Ming: a single word where a name is expected, and wherever it is repeated."""
    found: dict[str, list[Name]] = {}
    told = set()
    for hit in _LATIN.finditer(text):
        before = text[max(0, hit.start() - 7) : hit.start()]
        surnamed = before[-1:] in COMMON_SURNAMES
        found.setdefault(hit[0], []).append(Name(hit.start() - surnamed, hit.end(), NameForm.FULL, 0))
        cued = Context(before + hit[0]).before(len(before)) >= _STRONG if before else False
        if (
            surnamed
            or cued
            or before[-1:] == "阿"
            or before.strip().endswith(("你好", "您好", "我是", "那个"))
        ):
            told.add(hit[0])
    return [name for word in told for name in found[word]]


def _spaced(text: str) -> list[Name]:
    """Return names written apart: 王　芳, 李 秀 英."""
    names = []
    for hit in _SPACED.finditer(text):
        surname, *rest = [part for part in hit.groups() if part]
        alone = hit.start() == 0 or not re.match(_HAN, text[hit.start() - 1])
        cued = Context(text[max(0, hit.start() - 12) : hit.start()] + surname).before(min(12, hit.start()))
        if surnames().get(surname, 99) < 7 and all(given(one) < 12 for one in rest) and (alone or cued >= 5):
            names.append(Name(hit.start(), hit.end(), NameForm.FULL, 1))
    return names


def _read(text: str, full: set[str]) -> list[Name]:
    """Read the text until no further name turns up."""
    parts = {part for name in full if "·" in name for part in name.split("·")}
    context, known = Context(text), Known(set(full), {one[_surname_size(one) :] for one in full} | parts)
    names: list[Name] = []
    for _ in range(_ROUNDS):
        before = len(names)
        names = [
            name for run in _RUN.finditer(text) for name in read_run(context, run.start(), run.end(), known)
        ]
        for name in names:
            if name.form is NameForm.FULL:
                piece = text[name.start : name.end]
                known.full.add(piece)
                known.given.add(piece[name.surname_size :])
                known.surnames.add(piece[: name.surname_size])
        context.found({name.start for name in names}, {name.end for name in names})
        if len(names) == before:
            break
    public = _public(text, names) - full
    names = [name for name in names if text[name.start : name.end] not in public]
    return [*names, *_rare_characters(text, names)]


def _rare_characters(text: str, names: list[Name]) -> list[Name]:
    """Return characters of the names that hardly any other word has, wherever they stand (䶮)."""
    inside = {at for name in names for at in range(name.start, name.end)}
    rare = {text[at] for at in inside if not "一" <= text[at] <= "鿿"}
    return [
        Name(at, at + 1, NameForm.GIVEN, 0)
        for at, character in enumerate(text)
        if character in rare and at not in inside
    ]


def _public(text: str, names: list[Name]) -> set[str]:
    """Return the legal representatives that a published penalty decision names."""
    if not _PENALTY.search(text):
        return set()
    return {
        text[name.start : name.end]
        for name in names
        if name.form is NameForm.FULL and _REPRESENTATIVE.search(text[max(0, name.start - 16) : name.start])
    }


def _replaced(sheet: Sheet, names: list[Name]) -> Iterable[tuple[Name, str]]:
    """Yield each name with what stands for it: 李某; 李某甲 and 李某乙 where two have one surname."""
    of_surname: dict[str, list[str]] = {}
    for name in sorted(names, key=lambda one: one.start):
        if name.form is NameForm.FULL and name.surname_size:
            bare = _bare(sheet.plain[name.start : name.end])
            others = of_surname.setdefault(bare[: name.surname_size], [])
            if bare not in others:
                others.append(bare)
    for name in names:
        bare = _bare(sheet.plain[name.start : name.end])
        if name.form is NameForm.SURNAME:
            yield name, "某"
        elif name.form is NameForm.GIVEN or not name.surname_size:
            yield name, "某某"
        else:
            surname = bare[: name.surname_size]
            others = of_surname[surname]
            number = others.index(bare)
            yield name, f"{surname}某" + (_LETTERS[number : number + 1] if len(others) > 1 else "")
