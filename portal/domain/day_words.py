"""Days as people write them in Chinese, wherever they are written: pages, mails, commands."""

from __future__ import annotations

from datetime import date, datetime, timedelta

_WEEKDAYS = "一二三四五六日"


def cn_day(day: date) -> str:
    """2026年2月24日."""
    return f"{day.year}年{day.month}月{day.day}日"


def cn_date(day: date) -> str:
    """2026年2月24日（周二）."""
    return f"{cn_day(day)}{_weekday(day)}"


def cn_short_date(day: date) -> str:
    """2月24日（周二）, where the year is plain."""
    return f"{day.month}月{day.day}日{_weekday(day)}"


def last_day(end: datetime) -> date:
    """Return the last day of what ends at a local moment, itself too late: 0:00 ends the day before."""
    return (end - timedelta(microseconds=1)).date()


def _weekday(day: date) -> str:
    return f"（周{_WEEKDAYS[day.weekday()]}）"
