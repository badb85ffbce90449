"""Side by side: up to four homes, differences marked, unknown ids said, and the cost stays the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask

from portal import clock
from portal.domain.fees import FeeItem, FeeUnit
from portal.institutions.models import CommitmentLetter, FeeStandard

Enter = Callable[..., Any]


def plain(html: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


def get(app: Flask, path: str) -> str:
    response = app.test_client().get(path)
    assert response.status_code == 200
    return response.text


def test_an_empty_comparison_explains_how_to_begin(app: Flask) -> None:
    assert "先选一家" in get(app, "/institutions/compare")


def test_only_four_fit_and_the_page_says_so(app: Flask, enter_home: Enter) -> None:
    homes = [enter_home(f"第{n}养老院") for n in range(5)]
    html = get(app, "/institutions/compare?" + "&".join(f"id={home}" for home in homes))
    assert "只留下了前4家，另外1家没有放进来" in html
    assert "第3养老院" in html
    assert "第4养老院" not in html


def test_unknown_ids_are_said_and_repeated_ones_shown_once(app: Flask, enter_home: Enter) -> None:
    home = enter_home("唯一养老院")
    html = get(app, f"/institutions/compare?id={home}&id={home}&id=<b>x")
    assert "有1家没有找到" in html
    assert "<b>x" not in html
    assert html.count(f'data-shortlist-remove="{home}"') == 1


def test_differences_are_marked_and_can_be_seen_alone(app: Flask, enter_home: Enter) -> None:
    left = enter_home("甲养老院", beds_total=100, address="同一条路")
    right = enter_home("乙养老院", beds_total=60, address="同一条路")
    address = f"/institutions/compare?id={left}&id={right}"
    html = get(app, address)
    row = html[html.index("床位总数") - 200 : html.index("床位总数") + 60]
    assert "differs" in row
    only = get(app, f"{address}&only=different")
    assert "床位总数" in only
    assert "同一条路" not in only


def test_homes_are_added_and_removed_without_script(app: Flask, enter_home: Enter) -> None:
    left, right = enter_home("鹿眠养老院"), enter_home("拾穗养老院")
    html = get(app, f"/institutions/compare?id={left}&q=拾穗")
    assert f"id={left}&amp;id={right}" in html
    both = get(app, f"/institutions/compare?id={left}&id={right}")
    assert f'href="/institutions/compare?id={right}" data-shortlist-remove="{left}"' in both
    assert "没有查到" in get(app, "/institutions/compare?q=没有这样的名字")


def test_a_price_for_one_level_is_not_shown_for_another(
    app: Flask, enter_home: Enter, enter_record: Enter
) -> None:
    left, right = enter_home("有价养老院"), enter_home("无价养老院")
    enter_record(
        FeeStandard,
        left,
        item=FeeItem.ALL_IN,
        amount_min_fen=200000,
        amount_max_fen=None,
        unit=FeeUnit.MONTH,
    )
    text = plain(get(app, f"/institutions/compare?id={left}&id={right}"))
    assert "自理老人不一样有价养老院¥2,000起/月无价养老院未公布" in text


def test_the_cost_does_not_grow(
    app: Flask, enter_home: Enter, enter_records: Enter, count_queries: Enter
) -> None:
    homes = [enter_home(f"第{n}养老院") for n in range(4)]
    for home in homes[1:]:
        fees = [FeeStandard(item=FeeItem.BED, amount_min_fen=100 + n, unit=FeeUnit.MONTH) for n in range(10)]
        letters = [CommitmentLetter(public_id=f"{home}{n}", title="承诺书", body="如实") for n in range(10)]
        enter_records(home, [*fees, *letters])
    client = app.test_client()
    client.get(f"/institutions/compare?id={homes[1]}")  # builds the catalogue, counts open problems
    counts = []
    for chosen in (homes[:1], homes):
        with count_queries(app) as statements:
            client.get("/institutions/compare?" + "&".join(f"id={home}" for home in chosen))
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 15, counts


def test_the_checklist_stands_alone_or_for_one_home(app: Flask, enter_home: Enter) -> None:
    home = enter_home("看房养老院", phone="0598-7654321", beds_free=4, beds_free_as_of=clock.today())
    assert "先找一家机构" in get(app, "/visit-checklist")
    html = get(app, f"/visit-checklist?id={home}")
    assert "看房养老院" in html
    assert "0598-7654321" in html
    assert "4张" in html
    assert "没有找到这家机构" in get(app, "/visit-checklist?id=nonsense")


def test_letters_are_listed_newest_first_and_paged(
    app: Flask, enter_home: Enter, enter_records: Enter, count_queries: Enter
) -> None:
    home = enter_home("守诺养老院")
    assert "还没有公布承诺书" in get(app, "/letters")
    enter_records(
        home,
        [
            CommitmentLetter(
                public_id=f"letter{n:02d}",
                title=f"承诺书{n:02d}",
                body="一、如实。\n二、不虐待老人。",
                signed_on=clock.today() - timedelta(days=n),
            )
            for n in range(35)
        ],
    )
    get(app, "/letters")
    with count_queries(app) as statements:
        first = get(app, "/letters")
    assert len(statements) <= 4, statements
    assert first.index("承诺书00") < first.index("承诺书29")
    assert "承诺书30" not in first
    assert "承诺书34" in get(app, "/letters?page=2")
    letter = get(app, "/letters/letter07")
    assert "<p>二、不虐待老人。</p>" in letter
    assert "来源：养老机构月报" in letter
    assert app.test_client().get("/letters.csv").text.count("守诺养老院") == 35
