"""``flask load-boundaries``: take in the boundaries that the map draws and measures positions against."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from portal.domain.errors import DomainError
from portal.history.data_set import touch_data_set
from portal.reference.boundaries import BoundarySource, BoundarySystem
from portal.reference.boundary_load import Loaded, load_boundaries
from portal.unit_of_work import unit_of_work

_SHOWN = 50


@click.command("load-boundaries")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--crs",
    "system",
    type=click.Choice([system.value for system in BoundarySystem]),
    required=True,
    help="文件的坐标系：wgs84（CGCS2000也选它）、gcj02（高德、腾讯、DataV）、bd09（百度）",
)
@click.option("--source", "title", help="来源，如“天地图行政区划可视化数据”")
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="界线是哪一天的，如 2026-05-31")
@with_appcontext
def load_boundaries_command(file: Path, system: str, title: str | None, as_of: datetime | None) -> None:
    """装入行政区划界线（GeoJSON），按区划代码对应，已撤并的对应到现行区划。再装一次会替换原有的。"""
    day: date | None = as_of.date() if as_of else None
    source = BoundarySource(BoundarySystem(system), (title or "").strip()[:300] or None, day)
    try:
        with unit_of_work():
            loaded = load_boundaries(file, source)
            touch_data_set()
    except DomainError as refused:
        raise click.ClickException(str(refused)) from None
    for line in _lines(loaded):
        click.echo(line)


def _lines(loaded: Loaded) -> list[str]:
    lines = [f"已装入{len(loaded.matched)}个行政区划的界线，共{loaded.points}个点。"]
    for found in loaded.matched:
        for note in found.notes:
            numbers = "、".join(str(number) for number in found.numbers)
            lines.append(f"  第{numbers}个：{note}，按现行区划装入。")
    if loaded.unmatched:
        lines.append(f"有{len(loaded.unmatched)}个图形没有装入：")
        lines += [f"  第{one.number}个 {one.called}：{one.reason}" for one in loaded.unmatched[:_SHOWN]]
        if len(loaded.unmatched) > _SHOWN:
            lines.append(f"  还有{len(loaded.unmatched) - _SHOWN}个，不再一一列出。")
    return lines
