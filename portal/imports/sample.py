"""A list to try the routine with, made for one fictional county: some known homes, some new, one to mend."""

from __future__ import annotations

from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.imports.workbooks import sample_list
from portal.institutions.models import Institution, OperatingState
from portal.reference.directory import region_directory
from portal.reference.gb2260 import RegionLevel

_KNOWN = 3
_NEW = (
    ("听泉养老院", "听泉路8号", "86", "1500-2600"),
    ("暮云敬老院", "暮云村口1号", "六十来张", "1200"),
    ("小满老年公寓", "小满街21号", "120", "自理1800、半失能2400、失能3200"),
)
"""The second one's beds can't be read: it has to be mended."""


def fictional_county(region_code: str | None) -> str | None:
    """Return the county of a sample: the region itself or the first beneath it; None for real ones."""
    directory = region_directory()
    codes = directory.rows if region_code is None else directory.within(region_code)
    counties = sorted(
        code
        for code in codes
        if (row := directory.get(code)) is not None and row.fictional and row.level is RegionLevel.COUNTY
    )
    return counties[0] if counties else None


def sample_for(county_code: str) -> bytes:
    """Return the sample list of a fictional county as a workbook."""
    county = region_directory().label(county_code)
    query = (
        select(Institution)
        .where(
            Institution.region_code == county_code,
            Institution.withdrawn.is_(False),
            Institution.operating_state == OperatingState.OPERATING,
            Institution.beds_total.is_not(None),
        )
        .order_by(Institution.id)
        .limit(_KNOWN)
    )
    homes = [
        _line(home.name, county, home.address or "", str((home.beds_total or 0) + 10 * number), "")
        for number, home in enumerate(db.session.scalars(query))
    ]
    homes += [_line(name, county, f"{county}{where}", beds, fees) for name, where, beds, fees in _NEW]
    today = clock.today()
    return sample_list(f"{county}养老机构名册（{today.year}年{today.month}月）", county, homes)


def _line(name: str, county: str, address: str, beds: str, fees: str) -> dict[str, str]:
    return {
        "机构名称": name,
        "县市区": county,
        "地址": address,
        "床位数": beds,
        "收费标准": fees,
        "联系人": "（示例，不会收入）",
    }
