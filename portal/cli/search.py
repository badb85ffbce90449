"""``flask search``: build the index anew, and say how it does."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from portal import clock
from portal.search import indexing
from portal.search.indexing import Differences
from portal.search.outbox import EVERYTHING, Entry, Pending, take
from portal.search.ports import IndexUnavailable
from portal.search.registry import Search, current_search

search = AppGroup("search", help="搜索索引：重建，查看状态。")

_REBUILD = "flask --app wsgi search rebuild"
_LATE_MINUTES = 5
"""Minutes after which a change that has not reached the index shows that no worker runs."""
_STEP = 1000
"""Documents between two lines of progress."""


@search.command("rebuild", help="另建一份新索引，建好后换上；网站照常运行。")
def rebuild() -> None:
    """Build the index anew."""
    found = current_search()
    click.echo("正在重建搜索索引……")
    done = indexing.rebuild(found, _tell_progress)
    status = found.backend.status()
    click.echo(f"重建完成：收入 {done} 条，{_size(status.size)}。")


@search.command("status", help="索引的状态；有问题时以退出码1结束。")
@click.option("--check", is_flag=True, help="与数据库逐条核对（四万家约需几秒）。")
def status(check: bool) -> None:
    """Say what the index holds, what waits and whether it agrees with the database."""
    found = current_search()
    try:
        waiting = indexing.waiting_now()
    except SQLAlchemyError as error:
        raise click.ClickException(f"数据库不能用（{type(error).__name__}），或还没有建好。") from None
    usable = _show_index(found)
    in_time = _show_outbox(waiting)
    agrees = not (check and usable) or _show_differences(_lasting_differences(found))
    if not (usable and in_time and agrees):
        sys.exit(1)


def _show_index(found: Search) -> bool:
    click.echo(f"索引后端：{found.backend.name}")
    try:
        state = found.backend.status()
    except IndexUnavailable:
        click.echo(f"索引状态：不可用（缺失或损坏）。后台任务会自动重建；也可以运行 {_REBUILD}。")
        return False
    kinds = "，".join(f"{kind} {count}" for kind, count in sorted(state.by_kind.items()))
    click.echo(f"收入条目：{state.documents}" + (f"（{kinds}）" if kinds else ""))
    click.echo(f"占用空间：{_size(state.size)}")
    click.echo(f"索引版本：{state.generation}")
    return True


def _show_outbox(waiting: Pending) -> bool:
    if waiting.oldest is None:
        click.echo("待收改动：没有")
        return True
    seconds = max(0, round((clock.now() - waiting.oldest).total_seconds()))
    click.echo(f"待收改动：{waiting.count} 条，最早的已等 {_duration(seconds)}")
    if seconds > _LATE_MINUTES * 60:
        click.echo("后台任务好像没有运行：请启动 flask --app wsgi worker（systemd：portal-worker）。")
        return False
    return True


def _lasting_differences(found: Search) -> Differences:
    """Return what still differs at a second look and is not on its way."""
    first = indexing.compare(found)
    if not first:
        return first
    lasting = first.both(indexing.compare(found))
    waiting: list[Entry] = list(take())
    if any(entry.kind == EVERYTHING for entry in waiting):
        return Differences()
    return lasting.without({(entry.kind, entry.record_id) for entry in waiting})


def _show_differences(differences: Differences) -> bool:
    if not differences:
        click.echo("与数据库核对：一致")
        return True
    click.echo(
        f"与数据库核对：不一致，缺 {len(differences.missing)} 条，过时 {len(differences.outdated)} 条，"
        f"多余 {len(differences.surplus)} 条。后台任务夜里会自动改正；也可以运行 {_REBUILD}。"
    )
    return False


def _tell_progress(done: int) -> None:
    if done % _STEP == 0:
        click.echo(f"  已处理 {done} 条")


def _size(size: int) -> str:
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{size / 1024:.0f} KB"


def _duration(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} 秒"
    minutes = seconds // 60
    return f"{minutes} 分钟" if minutes < 120 else f"{minutes // 60} 小时"
