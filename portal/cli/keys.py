"""``flask keys``: which portal key the vault's keys are wrapped by, and wrapping them by the present one."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from portal.audit.acting import Acting, acting_as
from portal.audit.capture import note
from portal.domain.actor import Actor
from portal.unit_of_work import unit_of_work
from portal.vault.rotation import KeyCount, count_keys, rotate

keys = AppGroup("keys", help="加密的钥匙：查看状态，更换主密钥。")

_ACTING = Acting(Actor("服务器管理员（命令行）"), "keys_rotate")


@keys.command("status", help="各把钥匙由哪个主密钥加密；有打不开的以退出码1结束。")
def status() -> None:
    """Open every key and say by which portal key."""
    _tell(count_keys())


@keys.command("rotate", help="把全部钥匙改由现在的主密钥加密；可以重复做，中断了再做一次就接着做。")
def rotate_command() -> None:
    """Wrap what an old portal key wrapped by the present one, and say how all stand then."""
    changed = 0
    with acting_as(_ACTING):
        for many in rotate():
            changed += many
            if many:
                click.echo(f"  已改 {changed} 把 …")
        if changed:
            with unit_of_work():
                note("keys_rotated", keys=changed)
    click.echo(f"这次改由现用主密钥加密：{changed} 把")
    _tell(count_keys())


def _tell(found: KeyCount) -> None:
    click.echo(f"现用主密钥（PORTAL_VAULT_KEY）：{found.present} 把")
    for number, count in enumerate(found.old, start=1):
        then = "还在用：先做 flask --app wsgi keys rotate" if count else "没有用处了，可以从设置里去掉"
        click.echo(f"旧主密钥（PORTAL_VAULT_KEY_OLD 第{number}个）：{count} 把，{then}")
    click.echo(f"已按要求销毁：{found.erased} 把")
    if found.damaged:
        click.echo(f"哪个主密钥都打不开：{found.damaged} 把。是不是少写了旧的主密钥？", err=True)
        sys.exit(1)
