"""The filters of the institution list: read from the address, offered with counts, taken out one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from portal import glossary
from portal.domain.fees import CareLevel
from portal.domain.registration import RegistrationState
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.filters import PRICE_BANDS_YUAN, UNKNOWN, Filters, Sort, band_value
from portal.institutions.models import InstitutionKind, OperatingState, OperationMode
from portal.public import problem_filter
from portal.public.paging import address_with
from portal.public.search_filter import with_search

E = TypeVar("E", bound=StrEnum)

_MOST_WORDS = 100
"""Characters of typed text that are looked for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of one filter: what it is called, and how many homes it would show."""

    name: str
    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chosen(Choice):
    """A value that is chosen now, and the list without it."""

    without: Filters
    remove_url: str


@dataclass(frozen=True, slots=True)
class Group:
    """One filter with its values."""

    name: str
    label: str
    choices: tuple[Choice, ...]


def _band_label(low: int, high: int | None) -> str:
    if high is None:
        return f"{low:,}元以上"
    return f"{high:,}元以内" if low == 0 else f"{low:,}–{high:,}元"


_LABELS: dict[str, tuple[str, dict[str, str]]] = {
    # in the order people ask: what it costs, whether it takes him, whether there is a bed
    "price": (
        "每月费用",
        {band_value(low, high): _band_label(low, high) for low, high in PRICE_BANDS_YUAN}
        | {"unpublished": "未公布"},
    ),
    "takes": (
        "收住哪些老人",
        {care.value: glossary.label(care) + "老人" for care in CareLevel} | {"destitute": "特困老人"},
    ),
    "free": ("空床", {"yes": "有空床"}),
    "grade": (
        "等级（现在有效的）",
        {
            "5": "五级",
            "4": "四级",
            "3": "三级",
            "2": "二级",
            "1": "一级",
            "local": "地方标准",
            "none": "没有有效等级",
        },
    ),
    "state": ("登记备案", {state.value: glossary.label(state) for state in RegistrationState}),
    "concentrated": ("集中照护", {"yes": "集中照护机构"}),
    problem_filter.NAME: ("监督检查", problem_filter.VALUES),
    "medical": (
        "医疗与医保",
        {
            "own_clinic": "有医务室或医院",
            "signed_hospital": "与医院签约",
            "basic_medical": "医保定点",
            "long_term_care": "长护险定点",
        },
    ),
    "operating": (
        "运营状态",
        {state.value: glossary.label(state) for state in OperatingState} | {UNKNOWN: "未公布"},
    ),
    "kind": ("类型", {kind.value: glossary.label(kind) for kind in InstitutionKind} | {UNKNOWN: "未公布"}),
    "mode": ("谁建谁管", {mode.value: glossary.label(mode) for mode in OperationMode} | {UNKNOWN: "未公布"}),
}


def read_filters(args: MultiDict[str, str], listed: Catalogue) -> tuple[Filters, list[str]]:
    """Return the filters in an address, its words looked for by search, and its parts that mean nothing."""
    chosen: dict[str, tuple[str, ...]] = {}
    unknown: list[str] = []
    for name in ("region", *_LABELS):
        values = [value for value in dict.fromkeys(args.getlist(name)) if value]
        if name == "region":
            values = _in_force(listed, values)
        known = _known_regions(listed) if name == "region" else _LABELS[name][1].__contains__
        unknown += [f"{name}={value}" for value in values if not known(value)]
        kept = tuple(value for value in values if known(value))
        if kept:
            chosen[name] = kept
    care = _member(CareLevel, args.get("care"), CareLevel.SELF_CARE, unknown, "care")
    sort = _member(Sort, args.get("sort"), Sort.STANDING, unknown, "sort")
    filters = Filters(chosen, care, args.get("q", "").strip()[:_MOST_WORDS], sort)
    return problem_filter.with_open_problems(listed, with_search(listed, filters)), unknown


def filter_groups(listed: Catalogue, filters: Filters) -> list[Group]:
    """Return every filter with its values and counts; values nobody has are left out unless chosen."""
    counts = {**listed.counts(filters), problem_filter.NAME: problem_filter.counts(listed, filters)}
    regions = listed.region_choices(filters.chosen.get("region", ()))
    places = [(code, listed.regions.label(code)) for code in regions]
    groups = [_group(listed, "region", "区县", places, counts, filters)]
    for name, (label, labels) in _LABELS.items():
        groups.append(_group(listed, name, label, labels.items(), counts, filters))
    return [group for group in groups if group.choices]


def active_choices(groups: Sequence[Group]) -> list[Chosen]:
    """Return what is chosen now, each with the address of the list without it."""
    return [choice for group in groups for choice in group.choices if isinstance(choice, Chosen)]


def _group(
    listed: Catalogue,
    name: str,
    label: str,
    values: Iterable[tuple[str, str]],
    counts: Mapping[str, Mapping[str, int]],
    filters: Filters,
) -> Group:
    held, chosen = counts[name], filters.chosen.get(name, ())
    choices: list[Choice] = []
    for value, text in values:
        count = held.get(value, 0)
        if value in chosen:
            without, url = _without(listed, filters, name, value)
            choices.append(Chosen(name, value, text, count, True, without, url))
        elif count:
            choices.append(Choice(name, value, text, count, False))
    return Group(name, label, tuple(choices))


def _without(listed: Catalogue, filters: Filters, name: str, value: str) -> tuple[Filters, str]:
    rest = tuple(other for other in filters.chosen.get(name, ()) if other != value)
    chosen = {n: v for n, v in filters.chosen.items() if n != name} | ({name: rest} if rest else {})
    left = problem_filter.with_open_problems(listed, replace(filters, chosen=chosen))
    return left, address_with(**{name: list(rest) or None})


def _in_force(listed: Catalogue, codes: Sequence[str]) -> list[str]:
    """Return the codes as they are today: an old bookmark names a county by the code it then had."""
    today = (
        (listed.regions.currents(code) or (code,)) if listed.regions.get(code) else (code,) for code in codes
    )
    return list(dict.fromkeys(code for heirs in today for code in heirs))


def _known_regions(listed: Catalogue) -> Callable[[str], bool]:
    return lambda code: listed.regions.get(code) is not None


def _member(kind: type[E], text: str | None, default: E, unknown: list[str], name: str) -> E:
    if not text:
        return default
    try:
        return kind(text)
    except ValueError:
        unknown.append(f"{name}={text}")
        return default
