"""What the worker does for accountability: each minute, and every night. Each piece commits by itself."""

from __future__ import annotations

from portal.accountability import figures, ranking


def count_supervision() -> None:
    """Each minute: count the months and rank the homes anew in which something changed."""
    while figures.refresh_stale() == figures.AT_ONCE:
        pass
    while ranking.rank_stale() == ranking.AT_ONCE:
        pass


def put_accountability_right() -> None:
    """After a start and every night: time passes for every home."""
    ranking.rank_all()
