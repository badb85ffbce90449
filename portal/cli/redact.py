"""``flask redact``: read a text, write what a redaction would propose. For trying it out; nothing is kept."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import click

from portal.domain.redaction import Masking, apply, propose
from portal.glossary import label

_MOST_BYTES = 1_000_000


@click.command("redact")
@click.option("--marked", is_flag=True, help="不遮盖，只标出：【类别:原文】")
@click.option("--json", "as_json", is_flag=True, help="输出JSON：遮盖后的文字，和每一处的位置、类别、原文")
@click.option("--name", "names", multiple=True, help="案卷里已知的姓名，总会找出来；可写多次")
@click.option("--keep", multiple=True, help="不要动的机构名称；可写多次")
def redact(marked: bool, as_json: bool, names: Sequence[str], keep: Sequence[str]) -> None:
    """试一试遮盖：从标准输入读一段文字，写出建议公开的样子。公开前仍要人看过。"""
    if marked and as_json:
        raise click.UsageError("--marked 和 --json 只能选一个。")
    raw = sys.stdin.buffer.read(_MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise click.ClickException(f"文字太长，最多{_MOST_BYTES}字节。")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException("读不懂：请用UTF-8编码。") from None
    maskings = propose(text, known_names=names, keep=keep)
    if as_json:
        click.echo(json.dumps(_as_dict(text, maskings), ensure_ascii=False, indent=2))
    elif marked:
        click.echo(_marked(text, maskings), nl=False)
    else:
        click.echo(apply(text, maskings), nl=False)


def _marked(text: str, maskings: Sequence[Masking]) -> str:
    pieces, last = [], 0
    for one in maskings:
        pieces += [text[last : one.start], f"【{label(one.kind)}:{text[one.start : one.end]}】"]
        last = one.end
    return "".join([*pieces, text[last:]])


def _as_dict(text: str, maskings: Sequence[Masking]) -> dict[str, object]:
    return {
        "redacted": apply(text, maskings),
        "maskings": [
            {
                "start": one.start,
                "end": one.end,
                "kind": one.kind.value,
                "text": text[one.start : one.end],
                "replacement": one.replacement,
            }
            for one in maskings
        ],
    }
