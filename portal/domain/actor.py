"""Who acts, and how far their reach goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or process answerable for a write.

    ``name`` is a role or a job, never a citizen's name: it stands in the record's history.
    """

    name: str
    staff_id: int | None = None


SYSTEM = Actor("系统")
IMPORTER = Actor("表格导入")
DEMO = Actor("演示数据")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a query may return. Every query over records takes one; there is no default.

    ``regions`` holds the region codes (with everything beneath them) that the holder may see;
    ``None`` means every region. ``public_only`` restricts to what the public may see.
    """

    public_only: bool
    regions: frozenset[str] | None = None

    def covers(self, region_code: str) -> bool:
        """True if a record of this region lies within the scope."""
        return self.regions is None or region_code in self.regions


PUBLIC = Scope(public_only=True)
