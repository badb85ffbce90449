"""The daily mail: one an address, of all it is subscribed to, and none where nothing is new.

A day's mail tells what became known up to eight in the morning and is made some minutes later, so that what
was being written at eight is not passed over. Making it again sends nothing twice. Flushes, never commits.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask import current_app
from sqlalchemy import or_, select

from portal import clock
from portal.alerts.about import About
from portal.alerts.changes import Changed, changes_of
from portal.alerts.kinds import MOST_FAILURES, AlertTopic
from portal.alerts.models import Alert, AlertAddress
from portal.alerts.names import Names
from portal.alerts.news import Labels, News, news_between
from portal.alerts.service import link_of, stop_all
from portal.alerts.topics import about_of, meeting, notices_among
from portal.clock import SHANGHAI
from portal.config import Settings
from portal.extensions import db
from portal.notify.models import Mail
from portal.notify.outbox import send_later
from portal.reference.directory import region_directory
from portal.vault.sealing import VaultDamaged, keys_at_hand, unseal

DIGEST = "alert_digest"
"""Kind of mail."""
CUT_HOUR = 8
"""Hour of Asia/Shanghai up to which a day's mail tells."""
LATER = timedelta(minutes=10)
"""How long after that mails are made: work that was under way has been committed by then."""
TO_HOUR = 20

_LINES = 20
"""Of one subscription; the rest is counted."""
_TITLE = "您订阅的消息：{count}条新的"
_HEAD = "您好。下面是您在“{site}”订阅的消息，到{month}月{day}日{hour}点为止。"
_FOOT = """——
查看、停止订阅：
{base}/alerts/mine/{link}
一键停止全部：
{base}/alerts/stop/{link}
{site}"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a mail with the address of the page."""

    text: str
    path: str


def send_digests(now: datetime, label: Labels, at_most: int = 50) -> int:
    """Look what is new for up to so many addresses that were not looked at today, and enter their mails.

    Return how many addresses that were. ``label``: what terms are called.
    """
    today, cut = now.astimezone(SHANGHAI).date(), cut_of(now)
    if cut is None:
        return 0
    readers = _due(today, at_most)
    if not readers:
        return 0
    alerts = _alerts_of(readers)
    with keys_at_hand(*(reader.subject for reader in readers)):
        day = _Day([alert for held in alerts.values() for alert in held], cut, label)
        for reader in readers:
            reader.looked_on = today
            if _unreachable(reader):
                stop_all(reader)
                continue
            try:
                _tell(reader, alerts[reader.id], day)
            except VaultDamaged:  # one damaged address must not keep the others from their mails
                structlog.get_logger("alerts").error("alerts_not_mailed", address=reader.id)
    db.session.flush()
    return len(readers)


def cut_of(now: datetime) -> datetime | None:
    """Return the moment up to which mails made ``now`` tell; None outside of the hours in which any are."""
    local = now.astimezone(SHANGHAI)
    cut = clock.at(local.date(), CUT_HOUR)
    return cut if local >= cut + LATER and local.hour < TO_HOUR else None


class _Day:
    """What is new for a batch of alerts: read for all of them together."""

    def __init__(self, alerts: Sequence[Alert], cut: datetime, label: Labels) -> None:
        self.cut, self._today = cut, cut.date()
        self._since = {alert.id: alert.told_until or cut for alert in alerts}
        self.abouts = dict(_readable(alerts))
        start = min(self._since.values(), default=cut)
        self._news = news_between(start, cut, self._today, label) if start < cut else []
        self.names = Names(self.abouts.values())
        self._meeting: dict[str, dict[str, str] | None] = {}
        watched = {about.institution_id for about in self.abouts.values() if about.institution_id}
        for about in self.abouts.values():
            watched |= {_number(key) for key in self.meeting(about) or () if key.startswith("institution/")}
        self._changes = changes_of(watched, start, cut) if start < cut else {}

    def meeting(self, about: About) -> dict[str, str] | None:
        """Return what meets an alert's choice now, worked out once for all who chose the same."""
        if about.identity not in self._meeting:
            self._meeting[about.identity] = meeting(about)
        return self._meeting[about.identity]

    def lines(self, alert: Alert) -> list[Line] | None:
        """Return what is new for one alert, and remember what meets its choice; None if that can't be told
        now."""
        about, since = self.abouts[alert.id], self._since[alert.id]
        match about.topic:
            case AlertTopic.INSTITUTION:
                key = about.institution_id or 0
                return [
                    *self._told(since, [news for news in self._news if news.institution_id == key]),
                    *self._changed(since, {key: ""}),
                ]
            case AlertTopic.REGION:
                within = region_directory().within(about.region_code or "")
                return self._told(since, [news for news in self._news if news.region_code in within])
            case AlertTopic.NOTICES:
                news = [one for one in self._news if one.notice_id is not None and one.known_at > since]
                ids = {one.notice_id for one in news if one.notice_id is not None}
                kept = notices_among(ids, about.choice or {}, self._today)
                return self._told(since, [one for one in news if one.notice_id in kept])
            case AlertTopic.HOMES | AlertTopic.SEARCH:
                return self._of_choice(alert, about, since)

    def _of_choice(self, alert: Alert, about: About, since: datetime) -> list[Line] | None:
        found = self.meeting(about)
        if found is None:  # the index is being rebuilt: tomorrow
            return None
        seen = None if alert.seen is None else set(json.loads(alert.seen))
        alert.seen = json.dumps(sorted(found))
        new = [] if seen is None else sorted(set(found) - seen)
        homes = {_number(key): name for key, name in found.items() if key.startswith("institution/")}
        known = {key: name for key, name in homes.items() if f"institution/{key}" not in new}
        fresh = [Line(f"新符合条件：{found[key]}", self.names.path_of(key) or about.path) for key in new]
        return [*fresh, *self._changed(since, known)]

    def _told(self, since: datetime, news: Iterable[News]) -> list[Line]:
        return [
            Line(f"{one.on.month}月{one.on.day}日 {one.text}", one.path)
            for one in news
            if one.known_at > since
        ]

    def _changed(self, since: datetime, homes: dict[int, str]) -> list[Line]:
        lines = []
        for key in homes:
            changed = [one for one in self._changes.get(key, ()) if one.entered_at > since]
            shown = self.names.path_of(f"institution/{key}")
            if changed and shown is not None:
                name = self.names.institution(key)
                lines.append(Line(f"公开资料有更新：{name}（{_blocks(changed)}）", shown))
        return lines


def _tell(reader: AlertAddress, alerts: Sequence[Alert], day: _Day) -> None:
    sections = []
    for alert in (one for one in alerts if one.id in day.abouts):
        lines = day.lines(alert)
        if lines is None:
            continue
        if lines:
            sections.append((day.names.title(day.abouts[alert.id]), lines))
        # a subscription confirmed after the hour waits for tomorrow's mail
        alert.told_until = max(alert.told_until or day.cut, day.cut)
    address = unseal(reader.address_sealed)
    if not sections or not address:
        return
    settings = current_app.config["PORTAL"]
    assert isinstance(settings, Settings)
    link = link_of(reader)
    leave = f"{settings.base_url}/alerts/stop/{link}"
    headers = {
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    count = sum(len(lines) for _, lines in sections)
    body = _body(sections, day.cut, settings, link)
    mail = send_later(reader.subject, address, _TITLE.format(count=count), body, DIGEST, headers)
    reader.mail_id = mail.id


def _body(
    sections: Sequence[tuple[str, Sequence[Line]]], cut: datetime, settings: Settings, link: str
) -> str:
    parts = [_HEAD.format(site=settings.site_name, month=cut.month, day=cut.day, hour=cut.hour)]
    for title, lines in sections:
        said = [f"【{title}】"]
        for line in lines[:_LINES]:
            said += [line.text, f"{settings.base_url}{line.path}"]
        if len(lines) > _LINES:
            said.append(f"还有{len(lines) - _LINES}条，请到平台上看。")
        parts.append("\n".join(said))
    parts.append(_FOOT.format(base=settings.base_url, link=link, site=settings.site_name))
    return "\n\n".join(parts)


def _unreachable(reader: AlertAddress) -> bool:
    """Count how yesterday's mail ended; True once several in a row did not get through."""
    mail = db.session.get(Mail, reader.mail_id) if reader.mail_id is not None else None
    if mail is not None and mail.given_up_at is not None:
        reader.failures, reader.mail_id = reader.failures + 1, None
    elif mail is not None and mail.sent_at is not None:
        reader.failures, reader.mail_id = 0, None
    return reader.failures >= MOST_FAILURES


def _due(today: object, at_most: int) -> list[AlertAddress]:
    not_looked = or_(AlertAddress.looked_on.is_(None), AlertAddress.looked_on < today)
    query = select(AlertAddress).where(AlertAddress.confirmed_at.is_not(None), not_looked)
    return list(db.session.scalars(query.order_by(AlertAddress.id).limit(at_most)))


def _alerts_of(readers: Sequence[AlertAddress]) -> dict[int, list[Alert]]:
    held: dict[int, list[Alert]] = defaultdict(list)
    ids = [reader.id for reader in readers]
    query = select(Alert).where(Alert.address_id.in_(ids), Alert.confirmed_at.is_not(None))
    for alert in db.session.scalars(query.order_by(Alert.id)):
        held[alert.address_id].append(alert)
    return held


def _readable(alerts: Iterable[Alert]) -> Iterator[tuple[int, About]]:
    for alert in alerts:
        try:
            yield alert.id, about_of(alert)
        except VaultDamaged:  # one damaged choice must not keep the others from their mails
            structlog.get_logger("alerts").error("alert_unreadable", alert=alert.id)


def _number(key: str) -> int:
    return int(key.partition("/")[2])


def _blocks(changed: Iterable[Changed]) -> str:
    return "、".join(dict.fromkeys(block for one in changed for block in one.blocks))
