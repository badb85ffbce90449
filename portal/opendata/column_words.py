"""What happened in the column 点题整治 as entries of feeds: one sentence first, then the public's words."""

from __future__ import annotations

from portal import glossary
from portal.domain.day_words import cn_day, last_day
from portal.domain.digest_words import digest_title, summary
from portal.domain.frozen_count import read_frozen
from portal.opendata.rss import Entry
from portal.topics.queries import suggestion_events as of_suggestions
from portal.topics.queries import topic_events as of_topics
from portal.topics.queries.digests import PublishedEdition
from portal.topics.queries.suggestion_events import SuggestionHappened
from portal.topics.queries.topic_events import TopicHappened

_SUGGESTION = {of_suggestions.PUBLISHED: "公开", of_suggestions.ANSWERED: "答复", of_suggestions.DONE: "做成"}
_TOPIC = {
    of_topics.PROPOSED: "列为候选",
    of_topics.VOTE_OPENED: "投票开始",
    of_topics.VOTE_CLOSED: "投票截止",
    of_topics.RESULT: "投票结果",
    of_topics.PASSED_OVER: "未入选",
    of_topics.PUBLISHED: "公布",
    of_topics.MILESTONE: "节点完成",
    of_topics.JUDGING_OPENED: "群众评价开始",
    of_topics.JUDGING_CLOSED: "群众评价截止",
    of_topics.CLOSED: "结题",
    of_topics.WITHDRAWN: "撤下",
}


def suggestion_entry(event: SuggestionHappened, base: str) -> Entry:
    """Return an event of a suggestion as an entry. ``base``: the site's own address."""
    word = _SUGGESTION[event.kind]
    answer = f"{event.answered_by or '负责的部门'}答复：{event.answer}" if event.answer else None
    done = f"做了什么：{event.done}" if event.done else None
    first = {of_suggestions.ANSWERED: answer, of_suggestions.DONE: done}.get(event.kind)
    begins = f"{event.region_label}，{glossary.label(event.about)}。"
    said = [begins, first, f"点题：{event.text}"]
    if event.kind == of_suggestions.DONE:
        said.append(answer)
    return Entry(
        f"urn:portal:suggestion:{event.public_id}:{event.kind}",
        f"{word}：{event.title}",
        f"{base}/suggestions/{event.public_id}",
        "\n\n".join(_flat(part) for part in said if part),
        (word, event.region_label, glossary.label(event.about)),
        event.key.at,
    )


def topic_entry(event: TopicHappened, base: str) -> Entry:
    """Return an event of a topic or a pool as an entry."""
    word = _TOPIC[event.kind]
    title, said = (_of_pool if event.topic is None else _of_topic)(event)
    if event.topic is None:
        assert event.pool is not None
        about, page = f"pool:{event.pool.public_id}", f"/topics/vote/{event.pool.public_id}"
        labels: tuple[str, ...] = (word, event.region_label)
    else:
        about, page = f"topic:{event.topic.public_id}", f"/topics/{event.topic.public_id}"
        labels = (word, event.region_label, glossary.label(event.topic.department))
    number = f":{event.milestone.id}" if event.milestone is not None else ""
    return Entry(
        f"urn:portal:{about}:{event.kind}{number}",
        f"{word}：{title}",
        base + page,
        "\n\n".join(_flat(part) for part in said if part),
        labels,
        event.key.at,
    )


def digest_entry(digest: PublishedEdition, base: str) -> Entry:
    """Return an edition of a monthly digest as an entry."""
    title = digest_title(digest.region_label, digest.month)
    why = digest.correction_reason
    old = "" if digest.newest else f"?edition={digest.edition}"
    said = (
        f"更正的理由：{why}" if why else "",
        summary(digest.figures),
        f"怎么看，怎么办：{digest.judgement}",
    )
    return Entry(
        f"urn:portal:digest:{digest.region_code}:{digest.month:%Y%m}:v{digest.edition}",
        f"{title}（第{digest.edition}版）" if why else title,
        f"{base}/suggestions/digests/{digest.region_code}/{digest.month:%Y-%m}{old}",
        "\n\n".join(_flat(part) for part in said if part),
        ("每月汇总", digest.region_label),
        digest.published_at,
    )


def _of_pool(event: TopicHappened) -> tuple[str, list[str]]:
    pool = event.pool
    assert pool is not None
    listed = "\n".join(f"{number}. {title}" for number, title in enumerate(event.candidates, 1))
    candidates = f"候选项目：\n{listed}" if listed else ""
    opens, closes = cn_day(pool.vote_opens_at.date()), cn_day(last_day(pool.vote_closes_at))
    match event.kind:
        case of_topics.VOTE_OPENED:
            rule = f"{opens}起投票，{closes}截止，每人最多选{pool.choices_most}个。"
            return pool.title, [rule, pool.explanation, candidates]
        case of_topics.VOTE_CLOSED:
            return pool.title, [f"{closes}投票截止，等公布结果。", candidates]
        case _:
            persons = read_frozen(pool.result).persons if pool.result else 0
            return pool.title, [f"{persons}人的投票计入结果。", pool.result_words or ""]


def _of_topic(event: TopicHappened) -> tuple[str, list[str]]:
    topic, milestone = event.topic, event.milestone
    assert topic is not None
    if milestone is not None:
        day = f"{cn_day(milestone.done_on)}完成。" if milestone.done_on else ""
        return f"{topic.title}，{milestone.title}", [day, milestone.words or ""]
    why, demands = f"为什么：{topic.why}", f"怎么改：{topic.demands}" if topic.demands else ""
    lead = f"牵头：{glossary.label(topic.department)}。"
    match event.kind:
        case of_topics.PASSED_OVER:
            said = [f"没有入选的理由：{topic.passed_over_why}", why]
        case of_topics.PUBLISHED:
            chosen = f"为什么选它：{topic.chosen_why}" if topic.chosen_why else ""
            said = [f"列入{topic.year}年整治项目。{lead}", chosen, why, demands]
        case of_topics.JUDGING_OPENED:
            until = f"{cn_day(last_day(topic.judged_until))}截止。" if topic.judged_until else ""
            said = [f"请大家说：深化推进，还是结题完成。{until}", why]
        case of_topics.JUDGING_CLOSED:
            said = ["群众评价已经截止，等部门作结论。"]
        case of_topics.CLOSED:
            said = [f"结论：{glossary.label(topic.conclusion)}。", topic.conclusion_words or ""]
        case of_topics.WITHDRAWN:
            said = [f"撤下的理由：{topic.withdrawn_reason}"]
        case _:
            said = [lead, why, demands]
    return topic.title, said


def _flat(part: str) -> str:
    """Return a part as one paragraph: an empty line in it would part it."""
    return "\n".join(line for line in part.splitlines() if line.strip())
