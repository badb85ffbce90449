"""``flask targets``: load what the policy papers want reached, list it."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from portal.accountability.queries.targets import every_target
from portal.accountability.service.targets import SHIPPED, load_targets, read_targets
from portal.audit.acting import Acting, acting_as
from portal.domain.actor import Actor
from portal.domain.errors import DomainError
from portal.unit_of_work import unit_of_work

_ACTING = Acting(Actor("服务器管理员（命令行）"), "targets_load")
_MOST_BYTES = 1_000_000


@click.group("targets")
def targets() -> None:
    """政策文件定的目标：载入、列出。"""


@targets.command("load")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None
)
@with_appcontext
def load(file: Path | None) -> None:
    """从 CSV 文件载入目标（列：year,area,key,value,unit,source）；不写文件，载入随平台附带的。

    同一年、同一地区、同一项的换成新的，别的不动。有一行不对，就一行也不载入。
    """
    path = file or SHIPPED
    if path.stat().st_size > _MOST_BYTES:
        raise click.ClickException("文件太大")
    try:
        with acting_as(_ACTING), unit_of_work():
            done = load_targets(read_targets(path.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError:
        raise click.ClickException("文件要用 UTF-8 保存") from None
    except DomainError as refused:
        raise click.ClickException(str(refused)) from None
    click.echo(f"新增{done.new}条，更新{done.changed}条，没有变化{done.unchanged}条。")


@targets.command("list")
@with_appcontext
def show() -> None:
    """列出全部目标。"""
    for one in every_target():
        click.echo(f"{one.year}  {one.area or '全国'}  {one.key}  {one.value}{one.unit}  {one.source}")
