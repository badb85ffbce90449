"""Checking a published draw: does who was drawn follow from the list and the number, and did the list stand
before anybody could know the number?

A file alone shows whether list, hash, number and outcome fit. What was announced, and when, is shown by the
chain of the audit (``Attestation``); which number was drawn, by whoever publishes it (``number_read``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.domain.day_words import cn_day
from portal.domain.random_draw import (
    CHINA,
    Candidates,
    DrawRefused,
    Terms,
    digits_of,
    draw,
    hash_of,
    names_of,
    parse,
    same_number,
)


@dataclass(frozen=True, slots=True)
class OtherDraw:
    """Another announcement of the same office. ``abandoned_at``: when it was given up, None: it was not;
    ``left_lying``: its number came out long ago, and who was drawn is not public yet.
    """

    public_id: str
    number_name: str
    number_due_at: datetime
    abandoned_at: datetime | None
    left_lying: bool = False


@dataclass(frozen=True, slots=True)
class DrawFile:
    """What is published of a draw. ``candidates`` and ``drawn`` are None until the visits are made."""

    public_id: str
    office: str
    terms: Terms
    number_where: str
    candidates_hash: str
    home_count: int
    inspector_count: int
    announced_at: datetime
    state: str
    number: str | None = None
    drawn_at: datetime | None = None
    revealed_at: datetime | None = None
    abandoned_at: datetime | None = None
    abandoned_reason: str | None = None
    candidates: str | None = None
    drawn: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    """Public id of each home that was visited, with its inspectors, in the order of the draw."""
    others: tuple[OtherDraw, ...] = ()
    """Announcements by which the office could have chosen among outcomes."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """What one entry of the audit chain says of the draw. ``closed_before_due``: a day's hash that was
    published before the number could be known covers it, so that it can't have been written later.
    """

    at: datetime
    sequence: int
    candidates_hash: str
    terms: Terms
    home_count: int
    inspector_count: int
    closed_before_due: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """What the whole audit chain says of a draw. ``numbers``: every number entered, in order."""

    holds: bool
    announced: tuple[Attestation, ...]
    numbers: tuple[str, ...]


class Flaw(StrEnum):
    """What can be wrong with a draw."""

    UNREADABLE = "unreadable"
    LIST_CHANGED = "list_changed"
    TERMS_CHANGED = "terms_changed"
    COUNTS_WRONG = "counts_wrong"
    NUMBER_UNFIT = "number_unfit"
    NUMBER_CHANGED = "number_changed"
    DRAWN_CHANGED = "drawn_changed"
    LATE = "late"
    """Announced when the number could be known already."""
    SAME_DAY = "same_day"
    """Announced on the day of the number: no day was closed in between."""
    TOO_EARLY = "too_early"
    """A number was entered before it could be known."""
    SHOPPED = "shopped"
    """Several lists were announced for one number."""
    GIVEN_UP = "given_up"
    """An earlier list was given up when its outcome could be known."""
    LEFT_LYING = "left_lying"
    """As good as given up: another list was not followed to its end."""
    NOT_IN_CHAIN = "not_in_chain"
    CHAIN_LATE = "chain_late"
    CHAIN_DIFFERS = "chain_differs"
    CHAIN_BROKEN = "chain_broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One flaw, in plain Chinese."""

    flaw: Flaw
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking came to. ``complete``: the list is public, so that everything could be redone."""

    findings: tuple[Finding, ...]
    complete: bool

    @property
    def holds(self) -> bool:
        """True if nothing is wrong as far as it could be checked."""
        return not self.findings


def verify(
    published: DrawFile,
    *,
    number_read: str | None = None,
    announced_hash: str | None = None,
    chain: Chain | None = None,
) -> Verdict:
    """Check a draw. Never raises for what the file says.

    ``number_read``: the number as the checker read it where it is published; ``announced_hash``: the hash as
    the checker saw it when it was announced; ``chain``: what the audit says (None: it is not at hand).
    """
    findings: list[Finding] = []

    def found(flaw: Flaw, text: str) -> None:
        findings.append(Finding(flaw, text))

    _check_times(published, found)
    if announced_hash is not None and announced_hash.strip().lower() != published.candidates_hash:
        found(Flaw.LIST_CHANGED, "名单的校验值和当初公告的不一样：名单换过。")
    number = _number_of(published, number_read, found)
    candidates = _list_of(published, found)
    if candidates is not None:
        _check_list(published, candidates, found)
        if number is not None and published.drawn is not None:
            _check_drawn(published, candidates, number, found)
    _check_others(published, found)
    if chain is not None:
        _check_chain(published, chain, found)
    complete = candidates is not None and number is not None and published.drawn is not None
    return Verdict(tuple(findings), complete)


_Found = Callable[[Flaw, str], None]


def _check_times(file: DrawFile, found: _Found) -> None:
    due = file.terms.number_due_at
    if file.announced_at >= due:
        found(Flaw.LATE, "公告的时候号码已经可以知道：名单可能是照着号码定的。")
    elif _day(file.announced_at) == _day(due):
        found(Flaw.SAME_DAY, "公告和号码在同一天，中间没有封存过当天的操作记录，不能证明公告在先。")
    if file.drawn_at is not None and file.drawn_at < due:
        found(Flaw.TOO_EARLY, "号码还没有公布就录入了号码。")


def _number_of(file: DrawFile, number_read: str | None, found: _Found) -> str | None:
    if file.number is None:
        return None
    try:
        digits = digits_of(file.number)
        if number_read is not None and digits_of(number_read) != digits:
            found(Flaw.NUMBER_CHANGED, f"录入的号码是“{file.number}”，和查到的“{number_read}”不一样。")
    except DrawRefused as error:
        found(Flaw.NUMBER_UNFIT, str(error))
        return None
    return file.number


def _list_of(file: DrawFile, found: _Found) -> Candidates | None:
    if file.candidates is None:
        return None
    if hash_of(file.candidates) != file.candidates_hash:
        found(Flaw.LIST_CHANGED, "公开的名单算出来的校验值和公告的不一样：名单改动过。")
    try:
        return parse(file.candidates)
    except DrawRefused as error:
        found(Flaw.UNREADABLE, str(error))
        return None


def _check_list(file: DrawFile, candidates: Candidates, found: _Found) -> None:
    if candidates.terms != file.terms:
        found(Flaw.TERMS_CHANGED, "名单里写的标题、号码、时间或者抽取数量，和公告的不一样。")
    if (len(candidates.homes), len(candidates.inspectors)) != (file.home_count, file.inspector_count):
        found(Flaw.COUNTS_WRONG, "名单上的机构数或人员数和公告的不一样。")


def _check_drawn(file: DrawFile, candidates: Candidates, number: str, found: _Found) -> None:
    expected, told = names_of(draw(candidates, number)), list(file.drawn or ())
    if expected == told:
        return
    should, did = {home for home, _ in expected}, {home for home, _ in told}
    names = {home.id: home.name for home in candidates.homes}
    parts = []
    if should - did:
        parts.append("该抽中而没有查的：" + "、".join(names[home] for home in sorted(should - did)))
    if did - should:
        parts.append("没有抽中却查了的：" + "、".join(names.get(home, home) for home in sorted(did - should)))
    if not parts:
        parts.append("检查人员或者先后次序不一样")
    found(Flaw.DRAWN_CHANGED, f"抽中的结果和按号码算出来的不一样（{'；'.join(parts)}）。")


def _check_others(file: DrawFile, found: _Found) -> None:
    for other in file.others:
        same_day = _day(other.number_due_at) == _day(file.terms.number_due_at)
        if same_day and same_number(other.number_name, file.terms.number_name):
            found(Flaw.SHOPPED, f"同一个号码还公告了另一份名单（{other.public_id}）：可以挑着用。")
        elif other.abandoned_at is not None and other.abandoned_at >= other.number_due_at:
            day = cn_day(_day(other.abandoned_at))
            found(
                Flaw.GIVEN_UP,
                f"另一次抽查（{other.public_id}）在号码公布以后作废（{day}）：结果可能不合意才重抽。",
            )
        elif other.left_lying:
            day = cn_day(_day(other.number_due_at))
            found(
                Flaw.LEFT_LYING,
                f"另一次抽查（{other.public_id}）的号码早已公布（{day}），抽中的到现在没有查完公开："
                "结果可能不合意才重抽。",
            )


def _check_chain(file: DrawFile, chain: Chain, found: _Found) -> None:
    if not chain.holds:
        found(Flaw.CHAIN_BROKEN, "操作记录本身对不上，不能作证。")
    if not chain.announced:
        found(Flaw.NOT_IN_CHAIN, "操作记录里没有这次公告。")
        return
    first = chain.announced[0]
    if first.at >= file.terms.number_due_at:
        found(Flaw.CHAIN_LATE, "操作记录里，这次公告是在号码公布以后才写进去的。")
    elif not first.closed_before_due:
        found(Flaw.CHAIN_LATE, "号码公布以前，没有哪一天的校验值封存过这次公告。")
    said = {(one.candidates_hash, one.terms, one.home_count, one.inspector_count) for one in chain.announced}
    if said != {(file.candidates_hash, file.terms, file.home_count, file.inspector_count)}:
        found(Flaw.CHAIN_DIFFERS, "操作记录里公告的名单校验值或者条件，和公开的不一样。")
    if len({digits for number in chain.numbers if (digits := _digits(number))}) > 1:
        found(Flaw.NUMBER_CHANGED, f"操作记录里号码改过：{'、'.join(chain.numbers)}。")
    elif (chain.numbers[0] if chain.numbers else None) != file.number:
        found(Flaw.NUMBER_CHANGED, "操作记录里的号码和公开的不一样。")


def _digits(number: str) -> str:
    return "".join(character for character in number if character in "0123456789")


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()
