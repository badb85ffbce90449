"""A month's digest in sentences: the same on the page, on paper, in feeds and in search."""

from __future__ import annotations

from datetime import date

from portal.domain.digest_figures import DigestFigures, Movement
from portal.domain.standing_words import LEAST_BEFORE, StandingWord

BEFORE = "以前11个月"
"""What a word's month is compared with."""


def digest_title(region_label: str, month: date) -> str:
    """三元区2026年10月点题汇总."""
    return f"{region_label}{month.year}年{month.month}月点题汇总"


def moved(change: int | None, than: str) -> str:
    """比上个月多3条, 和上个月一样多; empty where nothing can be compared. ``than``: 上个月."""
    if change is None:
        return ""
    if change == 0:
        return f"和{than}一样多"
    return f"比{than}{'多' if change > 0 else '少'}{abs(change)}条"


def movement_words(one: Movement) -> str:
    """12条，比上个月多3条，比去年同月少1条."""
    parts = (f"{one.now}条", moved(one.change, "上个月"), moved(one.change_of_year, "去年同月"))
    return "，".join(part for part in parts if part)


def summary(figures: DigestFigures) -> str:
    """Return what happened in the month, in two sentences."""
    fresh = f"这个月收到点题{movement_words(figures.received)}；新公开{figures.published}条。"
    late = f"，其中{figures.answered_late}条超过了期限" if figures.answered_late else ""
    told = [f"答复{figures.answered}条{late}"]
    if figures.adopted:
        told.append(f"列入整治项目{figures.adopted}条")
    told.append(f"公布做成{figures.done}条")
    return f"{fresh}{'；'.join(told)}。"


def waiting_words(figures: DigestFigures) -> str:
    """Return what is still owed when the month was compiled."""
    if not figures.unanswered:
        return "汇总的时候，公开的点题都已经答复。"
    late = f"，其中{figures.overdue}条到月底已经超过期限" if figures.overdue else "，都还在期限里"
    return f"汇总的时候，还有{figures.unanswered}条公开的点题没有答复{late}。"


def word_words(one: StandingWord) -> str:
    """6条说到，以前11个月里2条."""
    return f"{one.now}条说到，{BEFORE}里{one.before}条"


def no_words(figures: DigestFigures) -> str:
    """Return why no word is told of."""
    if figures.words:
        return "没有可以列出来的词。"
    if figures.texts_before < LEAST_BEFORE:
        return "以前公开的点题还太少，没法比较哪些词说得特别多。"
    return "这个月没有哪个词说得特别多。"
