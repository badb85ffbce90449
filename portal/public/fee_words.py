"""Fees and monthly totals in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from portal import glossary
from portal.domain.fees import CareLevel, FeeBasis, FeeItem, FeeUnit, MonthlyTotal, Room
from portal.institutions.models import FeeStandard, Institution
from portal.institutions.queries.detail import Detail
from portal.institutions.queries.present import FeeAmount, FeeRow
from portal.public.formatting import labels, yuan_span


def fee_words(fee: FeeStandard) -> str:
    """Return one fee in words: 护理费 · 失能 ¥1,200/月."""
    return f"{fee_name(fee)} {amount_words(fee)}"


def fee_name(fee: FeeStandard) -> str:
    """Return what a fee is for: 护理费 · 失能 · 双人间."""
    parts = [fee.item_name or glossary.label(fee.item)]
    parts += [glossary.label(each) for each in (fee.care_level, fee.room) if each is not None]
    return " · ".join(parts)


def amount_words(fee: FeeStandard) -> str:
    """Return the amount of a fee with its period."""
    amount = yuan_span(fee.amount_min_fen, fee.amount_max_fen)
    return amount if fee.unit is FeeUnit.ONCE else f"{amount}/{glossary.label(fee.unit)}"


def fee_names(fees: Iterable[FeeStandard]) -> str:
    """Return the items of several fees, each once: what a source line is for."""
    return "、".join(dict.fromkeys(fee.item_name or glossary.label(fee.item) for fee in in_order(fees)))


def in_order(fees: Iterable[FeeStandard]) -> list[FeeStandard]:
    """Return fees as fee lists are read: by item, room, care level, then by age."""
    items, rooms, levels = list(FeeItem), list(Room), list(CareLevel)
    return sorted(
        fees,
        key=lambda fee: (
            items.index(fee.item),
            fee.item_name or "",
            rooms.index(fee.room) if fee.room else -1,
            levels.index(fee.care_level) if fee.care_level else -1,
            fee.in_force_from or date.min,
        ),
    )


def cost_words(totals: Sequence[MonthlyTotal], others: Sequence[str]) -> str:
    """Say what the monthly totals contain, what they lack, and what comes on top."""
    sentences = []
    same = [list(group) for _, group in groupby(totals, key=lambda total: (total.contains, total.lacks))]
    for group in same:
        who = "" if len(same) == 1 else f"{labels(total.care_level for total in group)}老人的"
        sentences.append(f"{who}{_contents(group[0])}。")
    if others:
        names = "、".join(dict.fromkeys(name or "其他费用" for name in others))
        sentences.append(f"另外还收{names}，没有算在里面。")
    return "".join(sentences)


def _contents(total: MonthlyTotal) -> str:
    if total.contains == (FeeItem.ALL_IN,):
        return "价格是综合收费，床位、护理、吃饭都在里面"
    words = f"价格含{labels(total.contains)}"
    return f"{words}，不含{labels(total.lacks)}（没有公布），实际会更高" if total.lacks else words


def silent_levels(detail: Detail) -> tuple[CareLevel, ...]:
    """Return the care levels without a published price, but for those that the home does not take in."""
    takes = _takes(detail.home)
    return tuple(level for level in detail.costs.unpublished if takes[level] is not False)


def offered_totals(detail: Detail) -> tuple[MonthlyTotal, ...]:
    """Return the totals of the care levels that the home does not say it refuses."""
    takes = _takes(detail.home)
    return tuple(total for total in detail.costs.totals if takes[total.care_level] is not False)


def _takes(home: Institution) -> dict[CareLevel, bool | None]:
    return {
        CareLevel.SELF_CARE: home.takes_self_care,
        CareLevel.PARTIAL: home.takes_partial,
        CareLevel.FULL: home.takes_full,
        CareLevel.DEMENTIA: home.takes_dementia,
    }


def fee_bases(row: FeeRow) -> tuple[FeeBasis, ...]:
    """Return who sets the prices of a row."""
    return tuple(dict.fromkeys(amount.basis for amount in _amounts(row) if amount.basis is not None))


def fee_starts(row: FeeRow) -> tuple[date, ...]:
    """Return the days from which the amounts of a row apply, newest first."""
    return tuple(sorted({amount.since for amount in _amounts(row) if amount.since is not None}, reverse=True))


def _amounts(row: FeeRow) -> Iterable[FeeAmount]:
    return (amount for found in row.amounts.values() for amount in found)
