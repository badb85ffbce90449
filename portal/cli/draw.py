"""``flask draw``: check a random draw, one of this portal's or a file that somebody downloaded."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.audit.checking import verify as verify_chain
from portal.domain.actor import Scope
from portal.domain.draw_check import Chain, DrawFile, Verdict, verify
from portal.domain.draw_file import UnreadableDraw, from_json
from portal.supervision.queries.draws import chain_of, draw_file, left_out

draw = AppGroup("draw", help="双随机抽查：核对一次抽签。")

_WHOLE = Scope(public_only=False)
_MOST_BYTES = 20_000_000


@draw.command("verify", help="核对一次抽签：WHICH是它的编号，或者下载的JSON文件；不符时以退出码1结束。")
@click.argument("which")
@click.option("--number", help="自己查到的公开号码；不写就用录入的号码")
@click.option("--hash", "announced_hash", help="当初公告时记下的名单校验值")
def verify_command(which: str, number: str | None, announced_hash: str | None) -> None:
    """Say what is wrong with a draw, or that nothing is as far as it could be checked."""
    path = Path(which)
    ours = not path.is_file()
    file = draw_file(which, _WHOLE) if ours else _read(path)
    if file is None:
        raise click.ClickException(f"没有编号为{which}的抽签，也没有这个文件。")
    known = draw_file(file.public_id, _WHOLE) is not None
    chain = chain_of(file.public_id, holds=verify_chain().holds) if known else None
    found = verify(file, number_read=number, announced_hash=announced_hash, chain=chain)
    _tell(file, found, chain, known)
    if ours:
        _tell_left_out(file)
    if not found.holds:
        sys.exit(1)


def _read(path: Path) -> DrawFile:
    if path.stat().st_size > _MOST_BYTES:
        raise click.ClickException("文件太大，不是抽签的文件。")
    try:
        return from_json(json.loads(path.read_text("utf-8-sig")))
    except (ValueError, UnreadableDraw):
        raise click.ClickException(f"读不懂{path}：不是抽签的JSON文件。") from None


def _tell(file: DrawFile, found: Verdict, chain: Chain | None, known: bool) -> None:
    click.echo(f"{file.office}：{file.terms.title}（{file.public_id}）")
    click.echo(f"名单校验值 {file.candidates_hash}")
    if file.number is not None:
        click.echo(f"{file.terms.number_name} {file.number}")
    if chain is None:
        why = "演示城市的过去是一次写成的" if known else "这次抽签不在本系统里"
        click.echo(f"{why}：公告的先后没有对照操作记录。")
    elif chain.announced:
        first = chain.announced[0]
        click.echo(f"操作记录第{first.sequence}条（{first.at:%Y-%m-%d %H:%M}）记下了这次公告。")
    for one in found.findings:
        click.echo(f"不符：{one.text}", err=True)
    if not found.holds:
        return
    if found.complete:
        click.echo("相符：名单没有改动，抽中的机构和人员都是按号码算出来的。")
    else:
        click.echo("到现在为止没有发现不符；名单公开以后才能核对抽中了谁。")


def _tell_left_out(file: DrawFile) -> None:
    missing = left_out(file.public_id, _WHOLE)
    if missing:
        names = "、".join(home.name for home in missing[:20])
        more = f"等{len(missing)}家" if len(missing) > 20 else ""
        click.echo(f"请注意：当地在办的机构里，名单上没有{names}{more}。")
