"""Who acts, and how far their reach goes."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.permissions import Department, keeps


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
    ``None`` means every region. ``public_only`` restricts to what the public may see. ``department`` is the
    one whose records the holder keeps; ``None`` where none are (the public, those who only look).
    """

    public_only: bool
    regions: frozenset[str] | None = None
    department: Department | None = None

    def covers(self, region_code: str) -> bool:
        """True if a record of this region lies within the scope."""
        return self.regions is None or region_code in self.regions

    def may_write(self, record_kind: str, region_code: str) -> bool:
        """True if a record of this kind and region is the holder's to keep."""
        return (
            not self.public_only
            and self.department is not None
            and keeps(self.department, record_kind)
            and self.covers(region_code)
        )


PUBLIC = Scope(public_only=True)
