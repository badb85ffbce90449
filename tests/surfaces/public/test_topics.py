"""The pages of topics: what is read in each phase, the ballot and the verdict, and what is not told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import clock
from portal.domain.topic_targets import TopicMetric
from portal.extensions import db, limiter
from portal.topics.kinds import ReasonState, Verdict, VerdictReason
from portal.topics.service import choosing, closing, judging, topics, work
from portal.topics.service.work import Paper, Target
from portal.topics.topic_models import Topic, TopicDocument, TopicPool, WrittenReason
from portal.voices.kinds import VoiceKind
from portal.voices.service import tally
from tests.integration.topics.topic_bureau import (
    AFTER_JUDGING,
    AFTER_VOTE,
    AT_WORK,
    CLOSES,
    INSTANT,
    JUDGED_FROM,
    JUDGED_UNTIL,
    OPENS,
    SPRING,
    WORK,
    Column,
    draft_of,
)
from tests.surfaces.conftest import CountQueries

OURS = {"Origin": "http://localhost"}


@pytest.fixture
def column(sqlite_app: Flask) -> Iterator[Column]:
    """A city that runs the column."""
    limiter.reset()
    sqlite_app.config["PORTAL"].voice_challenge_cost = 100
    return Column(sqlite_app)


@pytest.fixture
def client(column: Column) -> FlaskClient:
    """Somebody's browser."""
    return column.app.test_client()


def address_of(column: Column, model: type[Any], number: int) -> str:
    """Return the public id."""
    with column.app.app_context():
        found: str = db.session.get_one(model, number).public_id
        return found


def read(client: FlaskClient, url: str, at: datetime) -> str:
    """Return a page as it stands at a moment."""
    with clock.moved_to(at):
        answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.text


def send(client: FlaskClient, url: str, at: datetime, **fields: Any) -> TestResponse:
    """Press a button."""
    with clock.moved_to(at):
        return client.post(url, data=fields, headers=OURS)


def words(page: str) -> str:
    """Return what a page's main part says, without tags."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", main))


def test_vote_on_its_page(column: Column, client: FlaskClient) -> None:
    """Before, while and after, to the second: no numbers until it is over, provisional until published."""
    pool = column.open_pool()
    first, second = column.candidate(pool, "护理员持证"), column.candidate(pool, "助餐点太远")
    url = f"/topics/vote/{address_of(column, TopicPool, pool)}"
    ids = [address_of(column, Topic, one) for one in (first, second)]
    assert "投票开始前还会增加" in words(read(client, url, OPENS - INSTANT))
    assert send(client, url, OPENS - INSTANT, choice=ids).status_code == 422
    page = read(client, url, OPENS)
    assert "最多选3个" in words(page)
    assert page.count('type="checkbox"') == 2
    done = send(client, url, OPENS, choice=ids[:1])
    assert done.status_code == 303
    assert "said=counted" in done.location
    after = read(client, done.location, OPENS)
    assert "收到了，已经计入" in after
    assert re.search(rf'value="{ids[0]}" checked', after)
    assert "已有1人投票" in words(after)
    for _ in range(2):
        column.vote(pool, second)
    page = words(read(client, url, CLOSES - INSTANT))
    assert "已有3人投票" in page
    assert "2票" not in page
    late = send(client, url, CLOSES, choice=ids)
    assert late.status_code == 422
    assert "投票已经截止" in words(late.text)
    page = words(read(client, url, CLOSES))
    assert "还没有正式公布" in page
    assert page.index("助餐点太远") < page.index("护理员持证")
    assert "2票66%" in page
    column.do("市审核", AFTER_VOTE, closing.publish_result, (TopicPool, pool), "投票顺利结束。")
    page = words(read(client, url, AFTER_VOTE))
    assert "投票顺利结束。" in page
    assert "公布，以后不再变动" in page
    rows = client.get(f"{url}/result.csv").text.splitlines()
    assert rows[1].startswith("1,助餐点太远,2,")


def test_ballot_says_what_is_wrong_and_keeps_what_was_ticked(column: Column, client: FlaskClient) -> None:
    """Too many, none, somebody else's: told at the top, the ticks still there, nothing counted."""
    pool = column.open_pool(choices_most=1)
    ids = [address_of(column, Topic, column.candidate(pool, title)) for title in ("护理员", "助餐点")]
    url = f"/topics/vote/{address_of(column, TopicPool, pool)}"
    answer = send(client, url, OPENS, choice=ids)
    assert answer.status_code == 422
    assert "最多选1个，您选了2个" in words(answer.text)
    assert answer.text.count(" checked") == 2
    assert answer.headers["Cache-Control"] == "no-store"
    assert "请至少选一个项目" in words(send(client, url, OPENS).text)
    assert "不在候选名单" in words(send(client, url, OPENS, choice="nonsense").text)
    with column.app.app_context():
        assert tally(VoiceKind.POOL, pool).persons == 0


def test_ballot_is_taken_back_until_the_closing(column: Column, client: FlaskClient) -> None:
    """As long as the vote is open, and not an instant longer."""
    pool = column.open_pool()
    one = address_of(column, Topic, column.candidate(pool, "护理员"))
    url = f"/topics/vote/{address_of(column, TopicPool, pool)}"
    send(client, url, OPENS, choice=one)
    assert send(client, f"{url}/back", CLOSES).status_code == 422
    assert "said=back" in send(client, f"{url}/back", CLOSES - INSTANT).location
    with column.app.app_context():
        assert tally(VoiceKind.POOL, pool).persons == 0


def test_verdict_on_its_page(column: Column, client: FlaskClient) -> None:
    """The form while it is asked for, the distribution once it is over, the conclusion beside it."""
    topic = column.being_judged()
    url = f"/topics/{address_of(column, Topic, topic)}"
    assert "请您评价" not in words(read(client, url, JUDGED_FROM - INSTANT))
    assert "请您评价" in words(read(client, url, JUDGED_FROM))
    empty = send(client, f"{url}/verdict", JUDGED_FROM, reason="no_change", words="饭还是凉的。")
    assert empty.status_code == 422
    assert "请先选" in empty.text
    assert "饭还是凉的。" in empty.text
    assert 'value="no_change" checked' in empty.text
    sent = {"verdict": "carry_on", "reason": ["no_change", "came_back"], "words": "饭还是凉的。"}
    assert "said=counted" in send(client, f"{url}/verdict", JUDGED_FROM, **sent).location
    page = read(client, url, JUDGED_FROM)
    assert "您已经评价了" in page
    assert 'value="carry_on" checked' in page
    assert 'value="came_back" checked' in page
    assert "饭还是凉的" not in page
    column.judge(topic, Verdict.DONE, VerdictReason.SEEN_CHANGE)
    column.judge(topic, Verdict.CARRY_ON, VerdictReason.NO_CHANGE)
    assert "66%" not in words(read(client, url, JUDGED_UNTIL - INSTANT))
    late = send(client, f"{url}/verdict", JUDGED_UNTIL, verdict="done")
    assert late.status_code == 422
    page = words(read(client, url, JUDGED_UNTIL))
    assert "2人67%" in page
    assert "1人33%" in page
    assert "没有变化（2人）" in page
    assert "还没有作结论" in page
    column.topic(topic, AFTER_JUDGING, closing.close_topic, Verdict.DONE, "目标都达到了。")
    page = words(read(client, url, AFTER_JUDGING))
    assert "民政部门的结论：结题完成" in page
    assert "这和多数人的意见不一样：多数人说的是“深化推进”。" in page


def test_same_word_as_the_public_is_no_contradiction(column: Column, client: FlaskClient) -> None:
    """Nothing is said of a difference where there is none."""
    topic = column.being_judged()
    column.judge(topic, Verdict.DONE)
    column.topic(topic, AFTER_JUDGING, closing.close_topic, Verdict.DONE, "改好了。")
    page = words(read(client, f"/topics/{address_of(column, Topic, topic)}", AFTER_JUDGING))
    assert "结论：结题完成" in page
    assert "不一样：" not in page


def test_words_are_read_once_let_stand(column: Column, client: FlaskClient) -> None:
    """What was approved, not what was written; nothing of one that was declined; once a browser."""
    topic = column.being_judged()
    url = f"/topics/{address_of(column, Topic, topic)}"
    send(client, f"{url}/verdict", JUDGED_FROM, verdict="carry_on", words="王小明家的饭还是凉的。")
    send(client, f"{url}/verdict", JUDGED_FROM, verdict="done", words="又改好了。")
    with column.acting("市审核", JUDGED_FROM) as (actor, scope):
        row = db.session.scalars(select(WrittenReason)).one()
        judging.publish_reason(row, "有一家的饭还是凉的。", actor, scope, ReasonState.RECEIVED)
    page = read(client, url, JUDGED_FROM)
    assert "有一家的饭还是凉的。" in page
    assert "王小明" not in page


def test_one_line_writes_only_so_much(column: Column, within_a_minute: None) -> None:
    """Beyond twenty an hour the words are refused, not the verdict, and what was typed is still there."""
    topic = column.being_judged()
    url = f"/topics/{address_of(column, Topic, topic)}"
    column.app.config["PORTAL"].voices_per_address = 1_000
    for n in range(21):
        client = column.app.test_client()
        answer = send(client, f"{url}/verdict", JUDGED_FROM, verdict="done", words=f"第{n}句。")
    assert answer.status_code == 429
    assert "第20句。" in answer.text
    assert "请去掉写的话" in answer.text
    assert send(client, f"{url}/verdict", JUDGED_FROM, verdict="done").status_code in (200, 303)


def test_each_edit_before_the_vote_stands_before_and_after(column: Column, client: FlaskClient) -> None:
    """Who reads a candidate sees what it said before, and why that was changed."""
    number = column.candidate(column.open_pool(), "护理员持证")
    fresh = ("护理员持证上岗", "群众反映多。", "年内全部改好。", "说得更清楚。")
    column.topic(number, OPENS - INSTANT, topics.amend_wording, *fresh)
    page = words(read(client, f"/topics/{address_of(column, Topic, number)}", OPENS))
    assert "题目原来：护理员持证改成：护理员持证上岗" in page
    assert "说得更清楚。" in page


def test_work_is_told(column: Column, client: FlaskClient) -> None:
    """Targets with their source, milestones late or not, papers, reports."""
    number = column.at_work(title="消防通道", department=draft_of(None, "x").department)
    goal = Target("持证率", TopicMetric.BY_HAND, True, 90, "", date(2026, 5, 6), date(2026, 10, 31))
    column.topic(number, AT_WORK, work.add_target, goal)
    column.topic(number, AT_WORK, work.add_milestone, "全部培训一遍", date(2026, 7, 10))
    paper = Paper("实施方案", "市民政局", date(2026, 5, 1), text="一、总体要求")
    column.topic(number, AT_WORK, work.add_document, paper)
    column.topic(number, AT_WORK, work.report, "查了三十家。")
    url = f"/topics/{address_of(column, Topic, number)}"
    page = words(read(client, url, AT_WORK))
    assert "还没有填报数字" in page
    assert "还没到期限" in page
    assert "查了三十家。" in page
    assert "过了期限没有完成" in words(read(client, url, clock.at(date(2026, 7, 11))))
    with column.app.app_context():
        paper_id = db.session.scalars(select(TopicDocument.id)).one()
    assert "一、总体要求" in read(client, f"{url}/documents/{paper_id}", AT_WORK)
    assert client.get(f"{url}/documents/{paper_id + 1}").status_code == 404


def test_drafts_are_nobodys_to_read(column: Column, client: FlaskClient) -> None:
    """Neither their page, nor on a list, nor a verdict on them; pools that nobody published neither."""
    pool = column.open_pool(publish=False)
    with column.acting("市审核", SPRING) as (actor, scope):
        row = topics.draft_topic(draft_of(db.session.get_one(TopicPool, pool), "还在商量"), actor, scope)
        hidden = row.public_id
    pool_id = address_of(column, TopicPool, pool)
    for url in (f"/topics/{hidden}", f"/topics/vote/{pool_id}", f"/topics/vote/{pool_id}/result.csv"):
        assert client.get(url).status_code == 404
    for url in (f"/topics/{hidden}/verdict", f"/topics/{hidden}/verdict/back", f"/topics/vote/{pool_id}"):
        assert send(client, url, OPENS, verdict="done", choice=hidden).status_code == 404
    assert "还在商量" not in read(client, "/topics?year=2026", SPRING)
    assert "还在商量" not in client.get("/topics.csv?year=2026").text


def test_taken_down_keeps_its_page_and_leaves_the_lists(column: Column, client: FlaskClient) -> None:
    """What was public does not vanish: its page says that and why."""
    number = column.candidate(column.open_pool(), "重复的")
    column.topic(number, SPRING, topics.withdraw, "和另一个项目重复。")
    assert "重复的" not in words(read(client, "/topics?year=2026", SPRING))
    page = words(read(client, f"/topics/{address_of(column, Topic, number)}", SPRING))
    assert "撤下了。和另一个项目重复。" in page


def test_list_of_the_year(column: Column, client: FlaskClient) -> None:
    """What is open this very second comes first; the year's topics with phases; the file says the same."""
    _, ids = column.counted_pool({"护理员持证": 2, "助餐点": 1})
    column.topic(ids["护理员持证"], AFTER_VOTE, choosing.choose, "票数最多。", WORK)
    column.topic(ids["护理员持证"], AFTER_VOTE, choosing.publish_topic)
    column.topic(ids["助餐点"], AFTER_VOTE, choosing.leave_out, "已列入别的计划。")
    column.topic(ids["护理员持证"], AT_WORK, work.set_judging, JUDGED_FROM, JUDGED_UNTIL, "")
    assert "现在要听您的" not in words(read(client, "/topics", JUDGED_FROM - INSTANT))
    page = words(read(client, "/topics", JUDGED_FROM))
    assert "现在要听您的" in page
    assert "正在请群众评价" in page
    assert "未入选" in page
    assert "现在要听您的" not in words(read(client, "/topics", JUDGED_UNTIL))
    with clock.moved_to(JUDGED_FROM):
        rows = client.get("/topics.csv").text.splitlines()
    assert [row.split(",")[1] for row in rows[1:]] == ["护理员持证", "助餐点"]
    assert rows[1].split(",")[6] == "群众评价"


def test_empty_year_says_what_to_do(column: Column, client: FlaskClient) -> None:
    """Nothing there: the way to suggest something."""
    page = words(read(client, "/topics?year=2019", SPRING))
    assert "2019年还没有公布整治项目" in page


def test_browser_asks_again_after_each_moment(column: Column, client: FlaskClient) -> None:
    """A kept page is good until the vote opens, though nothing was written; and others' ballots change it."""
    pool = column.open_pool()
    one = column.candidate(pool, "护理员")
    pages = {
        f"/topics/vote/{address_of(column, TopicPool, pool)}": True,
        f"/topics/{address_of(column, Topic, one)}": True,
        "/topics": False,
    }
    before = OPENS - timedelta(seconds=1)
    for url, shows_counts in pages.items():
        with clock.moved_to(before):
            kept = client.get(url).headers["ETag"]
            assert client.get(url, headers={"If-None-Match": kept}).status_code == 304
        with clock.moved_to(OPENS):
            fresh = client.get(url, headers={"If-None-Match": kept})
            assert fresh.status_code == 200, url
            kept = fresh.headers["ETag"]
        column.vote(pool, one)
        with clock.moved_to(OPENS):
            answer = client.get(url, headers={"If-None-Match": kept})
            assert answer.status_code == (200 if shows_counts else 304), url


def test_another_sites_press_is_asked_again(column: Column, client: FlaskClient) -> None:
    """A ballot pressed from elsewhere is not counted in passing."""
    pool = column.open_pool()
    one = address_of(column, Topic, column.candidate(pool, "护理员"))
    url = f"/topics/vote/{address_of(column, TopicPool, pool)}"
    with clock.moved_to(OPENS):
        answer = client.post(url, data={"choice": one}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 200
    assert "不是别的网站替您按的" in answer.text
    assert f'name="choice" value="{one}"' in answer.text
    with column.app.app_context():
        assert tally(VoiceKind.POOL, pool).persons == 0


def test_board_of_the_province_is_linked_where_set(column: Column, client: FlaskClient) -> None:
    """Linked, not imitated; and only where it is known."""
    topic = column.being_judged()
    url = f"/topics/{address_of(column, Topic, topic)}"
    assert "评价榜" not in read(client, url, JUDGED_FROM)
    column.app.config["PORTAL"].verdict_board_url = "https://board.example.cn/topics"
    with clock.moved_to(JUDGED_FROM):
        page = client.get(url).text
    assert 'href="https://board.example.cn/topics"' in page


def test_each_page_costs_the_same_however_much_there_is(
    column: Column, client: FlaskClient, count_queries: CountQueries
) -> None:
    """Two topics or eight, with targets, milestones and reasons: as many queries."""
    pool = column.open_pool()
    column.candidate(pool, "第一个")
    topic = column.being_judged()
    urls = [
        "/topics", f"/topics/{address_of(column, Topic, topic)}",
        f"/topics/vote/{address_of(column, TopicPool, pool)}",
    ]  # fmt: skip

    def cost() -> list[int]:
        found = []
        for url in urls:
            with clock.moved_to(JUDGED_FROM):
                client.get(url)  # regions and the catalogue are read once a process
                column.app.extensions["page_cache"]._answers.clear()
                with count_queries(column.app) as statements:
                    assert client.get(url).status_code == 200
            found.append(len(statements))
        return found

    goal = Target("持证率", TopicMetric.BY_HAND, True, 90, "", date(2026, 5, 6), date(2026, 10, 31))
    column.topic(topic, AT_WORK, work.add_target, goal)
    column.judge(topic, Verdict.DONE)
    before = cost()
    for n in range(6):
        column.candidate(pool, f"又一个{n}")
        column.at_work(title=f"别的{n}")
        column.topic(topic, AT_WORK, work.add_target, goal)
        column.topic(topic, AT_WORK, work.add_milestone, f"第{n}步", date(2026, 9, 1))
        column.judge(topic, Verdict.CARRY_ON, VerdictReason.NO_CHANGE, words="没有变化。")
    assert cost() == before


def test_what_no_database_takes_is_refused_like_any_other_choice(postgres_app: Flask) -> None:
    """PostgreSQL knows no NUL: a form made by hand must not end in a fault."""
    column, client = Column(postgres_app), postgres_app.test_client()
    pool = address_of(column, TopicPool, column.open_pool())
    with clock.moved_to(OPENS):
        answer = client.post(f"/topics/vote/{pool}", data={"choice": "a\x00"}, headers=OURS)
    assert answer.status_code == 422
    assert "不在候选名单上" in answer.text
