"""Regions that a member of staff may choose: the own one and all beneath."""

from __future__ import annotations

from portal.accounts.identity import Identity
from portal.reference.directory import region_directory


def region_choices(identity: Identity, whole: str | None = None) -> list[tuple[str, str]]:
    """Return (code, label) in order of code, indented by level; ``whole`` stands for the country."""
    directory = region_directory()
    if identity.region_code is None:
        fictional = any(row.fictional for row in directory.rows.values()) and identity.demo
        codes = [
            row.code for row in directory.rows.values() if row.until is None and row.fictional == fictional
        ]
        first = [(whole, "全国")] if whole else []
    else:
        inside = directory.within(identity.region_code)
        codes = [code for code in inside if (row := directory.get(code)) is not None and row.until is None]
        first = []
    top = len(directory.ancestors(min(codes))) if codes else 0
    return first + [
        (code, "　" * max(0, len(directory.ancestors(code)) - top) + directory.label(code))
        for code in sorted(codes)
    ]
