"""How long something took or waited, in words."""

from __future__ import annotations

from datetime import timedelta


def duration(span: timedelta) -> str:
    """Return a span in seconds, minutes, hours or days, whichever is plain."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < 120:
        return f"{seconds} 秒"
    minutes = seconds // 60
    if minutes < 120:
        return f"{minutes} 分钟"
    hours = minutes // 60
    return f"{hours} 小时" if hours < 48 else f"{hours // 24} 天"
