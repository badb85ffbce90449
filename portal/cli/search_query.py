"""``flask search query``: the first page of hits, for whoever asks why something is found or is not."""

from __future__ import annotations

import json
from typing import Any

import click
from flask import current_app

from portal.cli.search import search as group
from portal.config import SearchBackend, Settings
from portal.domain.actor import PUBLIC
from portal.extensions import db
from portal.search import finding
from portal.search.backends import named_backend
from portal.search.finding import Answer, Reason, Shown
from portal.search.ports import IndexUnavailable
from portal.search.registry import Search, current_search


@group.command("query", help="搜索一次，显示第一页结果和命中的原因。文字以 - 开头时前面加 --。")
@click.argument("text")
@click.option(
    "--backend",
    type=click.Choice([kind.value for kind in SearchBackend if kind is not SearchBackend.AUTO]),
    help="用哪个索引；不写则用设置里的",
)
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
def query(text: str, backend: str | None, as_json: bool) -> None:
    """Show what the public search would answer."""
    asked = _search_with(SearchBackend(backend)) if backend else current_search()
    try:
        answer = finding.answer(text, PUBLIC, search=asked)
    except IndexUnavailable:
        raise click.ClickException(
            f"{asked.backend.name} 索引不可用（缺失或损坏）。请运行 flask --app wsgi search rebuild。"
        ) from None
    if as_json:
        click.echo(json.dumps(_as_dict(answer, asked.backend.name), ensure_ascii=False, indent=2))
    else:
        _show(answer)


def _search_with(kind: SearchBackend) -> Search:
    settings: Settings = current_app.config["PORTAL"]
    if kind is SearchBackend.POSTGRES and not settings.sqlalchemy_url.startswith("postgresql"):
        raise click.ClickException("数据库不是PostgreSQL，没有postgres索引。")
    other = Search(named_backend(kind, settings, db))
    for source in current_search().sources.values():
        other.register(source)
    return other


def _show(answer: Answer) -> None:
    found = answer.found
    click.echo(f"共 {found.total}{'' if found.exact else '+'} 条")
    if answer.did_you_mean:
        click.echo(f"您是不是要找：{'、'.join(answer.did_you_mean)}")
    for shown in answer.shown:
        why = "；".join(f"{reason.field}（{reason.by}）：{_marked(reason)}" for reason in shown.reasons)
        click.echo(
            f"{shown.document.kind}/{shown.hit.record_id}  {shown.document.name}  [{shown.hit.tier.name}]"
        )
        if why:
            click.echo(f"    {why}")


def _marked(reason: Reason) -> str:
    pieces, last = [], 0
    for mark in reason.marks:
        pieces += [reason.text[last : mark.start], "【", reason.text[mark.start : mark.end], "】"]
        last = mark.end
    return "".join([*pieces, reason.text[last:]])


def _as_dict(answer: Answer, backend: str) -> dict[str, Any]:
    return {
        "backend": backend,
        "query": answer.query.raw,
        "words": [word.text for word in answer.query.words],
        "refused": [word.text for word in answer.query.refused],
        "total": answer.found.total,
        "exact": answer.found.exact,
        "kinds": dict(answer.found.kinds),
        "did_you_mean": list(answer.did_you_mean),
        "hits": [_hit(shown) for shown in answer.shown],
    }


def _hit(shown: Shown) -> dict[str, Any]:
    return {
        "kind": shown.document.kind,
        "id": shown.hit.record_id,
        "name": shown.document.name,
        "tier": shown.hit.tier.name.lower(),
        "reasons": [
            {
                "field": reason.field,
                "by": reason.by,
                "text": reason.text,
                "marks": [[mark.start, mark.end] for mark in reason.marks],
            }
            for reason in shown.reasons
        ],
    }
