"""How dates, money and terms are written for people: 2026年2月24日（周二）, ¥3,200, 已登记备案."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask import Flask, current_app

from portal import glossary
from portal.config import Settings
from portal.domain.day_words import cn_date, cn_day
from portal.domain.fees import MonthlyTotal

_LEVELS = ("一级", "二级", "三级", "四级", "五级")


def cn_month(day: date) -> str:
    """2027年3月."""
    return f"{day.year}年{day.month}月"


def cn_moment(moment: datetime) -> str:
    """2026年2月24日 9:05, Asia/Shanghai."""
    return f"{cn_day(moment.date())} {moment.hour}:{moment.minute:02d}"


def partial_date(text: str | None) -> str | None:
    """Return 2003年, 2003年5月 or 2003年5月1日 for an ISO date that may stop early."""
    if not text:
        return None
    parts = zip((int(part) for part in text.split("-")), "年月日", strict=False)
    return "".join(f"{number}{unit}" for number, unit in parts)


def yuan(fen: int) -> str:
    """Return ¥3,200 for 320000 fen; the fen are shown only where there are some."""
    return f"¥{fen // 100:,}" if fen % 100 == 0 else f"¥{fen / 100:,.2f}"


def yuan_span(least_fen: int, most_fen: int | None) -> str:
    """Return ¥3,200, ¥3,200–4,100 or, with an open upper end, ¥3,200起."""
    if most_fen is None:
        return f"{yuan(least_fen)}起"
    return yuan(least_fen) if least_fen == most_fen else f"{yuan(least_fen)}–{yuan(most_fen)[1:]}"


def yuan_range(total: MonthlyTotal) -> str:
    """Return the span of a monthly total."""
    return yuan_span(total.least_fen, total.most_fen)


def thousands(number: int) -> str:
    """Return 40,123."""
    return f"{number:,}"


def level_name(level: int) -> str:
    """Return 三级 for 3 (GB/T 37276-2018 names its grades 一级 to 五级)."""
    return _LEVELS[level - 1]


def yes_no(value: bool | None) -> str | None:
    """Return 是, 否, or None where nothing is published."""
    return None if value is None else "是" if value else "否"


def labels(values: Iterable[StrEnum]) -> str:
    """Return the labels of several terms, joined as Chinese joins them."""
    return "、".join(glossary.label(value) for value in values)


def lines(text: str | None) -> list[str]:
    """Return the non-empty lines of a text kept one item a line."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def absolute(path: str) -> str:
    """Return the full address of a path on this site, for files and QR codes that leave it."""
    settings: Settings = current_app.config["PORTAL"]
    return settings.base_url + path


def init_formatting(app: Flask) -> None:
    """Make the formats filters of every template."""
    filters: dict[str, Any] = {
        "cn_day": cn_day,
        "cn_date": cn_date,
        "cn_month": cn_month,
        "cn_moment": cn_moment,
        "partial_date": partial_date,
        "yuan": yuan,
        "yuan_range": yuan_range,
        "thousands": thousands,
        "level_name": level_name,
        "yes_no": yes_no,
        "label": glossary.label,
        "labels": labels,
        "meaning": glossary.meaning,
        "text_lines": lines,
    }
    app.jinja_env.filters.update(filters)
