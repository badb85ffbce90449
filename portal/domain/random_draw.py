"""A draw by lot that anybody can redo (双随机): which homes are visited, and by whom (R7).

First the hash of the list is announced, with the name of a public number that nobody can know yet. Once the
number is out, who is drawn follows from both alone; once the visits are made, the list itself is published.
docs/draws.md tells the same in words, with a script that needs nothing of this. The list carries a salt: a
county's homes are no secret, and without it they would know from the hash who is to be visited.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from portal.domain.errors import DomainError

CHINA = timezone(timedelta(hours=8))
"""The list writes moments in Chinese time."""
HEADING = "养老机构双随机抽查名单 1"
"""The first line of every list; its last character is the version of this form."""
SALT_LENGTH = 32
"""Hexadecimal digits: 128 random bits."""
FEWEST_DIGITS = 6
"""Of the public number. With fewer, a salt could be tried out until all numbers spare the same home."""
LABEL_MOST = 80
"""Characters of a home's name or an inspector's label on the list."""

_HOME, _INSPECTOR = "机构 ", "人员 "


class DrawRefused(DomainError):
    """A list, a number or a step that a draw does not allow; the message says why in Chinese."""


@dataclass(frozen=True, slots=True, order=True)
class Home:
    """One home on the list. ``id``: its public id, never used twice."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What is announced beside the hash, and stands in the list as well: none can be changed afterwards."""

    title: str
    number_name: str
    number_due_at: datetime
    """Aware; before this moment nobody can know the number."""
    homes_drawn: int
    inspectors_each: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """The whole list: homes by public id, inspectors by label, none twice."""

    terms: Terms
    salt: str
    homes: tuple[Home, ...]
    inspectors: tuple[str, ...]
    """How each is told apart: the number of the inspection certificate (执法证号), or a name."""

    def text(self) -> str:
        """Return the canonical text, whose SHA-256 in UTF-8 is announced; ends with a line feed."""
        lines = (
            HEADING,
            f"盐 {self.salt}",
            f"标题 {self.terms.title}",
            f"号码 {self.terms.number_name}",
            f"号码公布 {moment_text(self.terms.number_due_at)}",
            f"抽取机构 {self.terms.homes_drawn}",
            f"每家人员 {self.terms.inspectors_each}",
            *(f"{_HOME}{home.id} {home.name}" for home in self.homes),
            *(f"{_INSPECTOR}{label}" for label in self.inspectors),
        )
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One home that was drawn, and who goes there."""

    home: Home
    inspectors: tuple[str, ...]


def compose(terms: Terms, salt: str, homes: Iterable[Home], inspectors: Iterable[str]) -> Candidates:
    """Return the list in its canonical order. Raises DrawRefused for what can't be drawn from.

    ``salt``: 32 hexadecimal digits that nobody can guess.
    """
    terms = Terms(
        one_line(terms.title),
        one_line(terms.number_name),
        terms.number_due_at.astimezone(CHINA).replace(microsecond=0),
        terms.homes_drawn,
        terms.inspectors_each,
    )
    listed = sorted(Home(home.id, one_line(home.name)) for home in homes)
    labels = sorted(one_line(label) for label in inspectors)
    if not re.fullmatch(rf"[0-9a-f]{{{SALT_LENGTH}}}", salt):
        raise DrawRefused("盐应当是32位十六进制数字。")
    if not terms.title or not terms.number_name:
        raise DrawRefused("请写明标题和要用的公开号码。")
    if len({home.id for home in listed}) < len(listed) or len(set(labels)) < len(labels):
        raise DrawRefused("名单里有重复的机构或人员。")
    if any(not label or len(label) > LABEL_MOST for label in (*labels, *(home.name for home in listed))):
        raise DrawRefused(f"名单里的每一项都要写，不超过{LABEL_MOST}个字。")
    if not 1 <= terms.homes_drawn <= len(listed):
        raise DrawRefused("抽取的机构数要在1和名单上的机构数之间。")
    if not 1 <= terms.inspectors_each <= len(labels):
        raise DrawRefused("每家的检查人员数要在1和名单上的人员数之间。")
    return Candidates(terms, salt, tuple(listed), tuple(labels))


def parse(text: str) -> Candidates:
    """Return the list that a canonical text says. Raises DrawRefused for any other text."""
    lines = text.split("\n")
    fields = ("盐", "标题", "号码", "号码公布", "抽取机构", "每家人员")
    said = [line.partition(" ") for line in lines[1 : 1 + len(fields)]]
    if lines[0] != HEADING or tuple(name for name, _, _ in said) != fields:
        raise DrawRefused("名单不是规定的格式。")
    salt, title, number_name, due, homes_drawn, each = (value for _, _, value in said)
    rest = lines[1 + len(fields) : -1]
    homes = [Home(*_two(line.removeprefix(_HOME))) for line in rest if line.startswith(_HOME)]
    labels = [line.removeprefix(_INSPECTOR) for line in rest if line.startswith(_INSPECTOR)]
    try:
        terms = Terms(title, number_name, datetime.fromisoformat(due), int(homes_drawn), int(each))
        found = compose(terms, salt, homes, labels)
        same = found.text() == text  # else what was hashed is not what is drawn from
    except ValueError:
        same = False
    if not same:
        raise DrawRefused("名单不是规定的格式。")
    return found


def hash_of(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8: 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def digits_of(number: str) -> str:
    """Return the digits of a public number, in order: blanks, commas and words have no say.

    Raises DrawRefused where there are fewer than six.
    """
    folded = unicodedata.normalize("NFKC", number)
    digits = "".join(character for character in folded if character in "0123456789")
    if len(digits) < FEWEST_DIGITS:
        raise DrawRefused(f"号码至少要有{FEWEST_DIGITS}位数字，位数太少容易做手脚。")
    return digits


def draw(candidates: Candidates, number: str) -> tuple[Drawn, ...]:
    """Return who is drawn, in order. Raises DrawRefused for a number that is too short.

    Each home, each inspector gets the SHA-256 of the hash, the number's digits and its own name; the smallest
    come first. Inspectors are dealt in that order, again from the first after the last: nobody goes to many
    homes while others go to none.
    """
    digits, announced = digits_of(number), hash_of(candidates.text())

    def rank(name: str) -> str:
        return hash_of(f"{announced} {digits} {name}")

    homes = sorted(candidates.homes, key=lambda home: rank(home.id))[: candidates.terms.homes_drawn]
    people = sorted(candidates.inspectors, key=rank)
    each = candidates.terms.inspectors_each
    return tuple(
        Drawn(home, tuple(people[(turn * each + place) % len(people)] for place in range(each)))
        for turn, home in enumerate(homes)
    )


def one_line(text: str) -> str:
    """Return a text without line breaks, unseen characters and needless blanks."""
    seen = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    return " ".join(seen.split())


def moment_text(moment: datetime) -> str:
    """Return a moment as the list writes it: 2026-12-01T21:15:00+08:00. ``moment``: aware."""
    if moment.tzinfo is None:
        raise ValueError("a moment must be aware")
    return moment.astimezone(CHINA).isoformat(timespec="seconds")


def same_number(one: str, other: str) -> bool:
    """True if two names mean the same public number: 双色球第2026141期 and 福彩双色球2026141期开奖号码."""
    digits = [re.findall(r"\d+", unicodedata.normalize("NFKC", name)) for name in (one, other)]
    if digits[0] or digits[1]:
        return digits[0] == digits[1]
    return one_line(one).casefold() == one_line(other).casefold()


def names_of(drawn: Sequence[Drawn]) -> list[tuple[str, tuple[str, ...]]]:
    """Return (home's public id, inspectors) in order, to compare two outcomes by."""
    return [(one.home.id, one.inspectors) for one in drawn]


def _two(text: str) -> tuple[str, str]:
    first, _, second = text.partition(" ")
    return first, second
