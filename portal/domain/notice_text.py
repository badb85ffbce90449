"""The words of a rectification notice (整改通知书): one value for its page, its print and its PDF.

It is frozen as JSON when the notice is issued, so that later changes of a problem do not reach it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portal.domain.errors import DomainError


class NoticeUnreadable(DomainError):
    """What is kept of a notice is not what was written."""


@dataclass(frozen=True, slots=True)
class NoticeProblem:
    """One problem as the notice names it. ``number``: its running number within the notice, from 1."""

    number: int
    title: str
    text: str
    basis: str | None
    """Clause of the standard or law."""
    measure: str | None
    """What is to be done about it."""
    problem_number: str = ""
    """问题编号 on the account, e.g. W2026-000123."""


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A whole notice, without anything that is known only after it is issued (service, deadline as a day)."""

    number: str
    """文号; empty while it is a draft."""
    title: str
    addressee: str
    problems: tuple[NoticeProblem, ...]
    demands: str
    legal_basis: str
    days: int
    working_days: bool
    contact: str | None
    issuer: str
    """Who issues it, e.g. 汀兰县民政局."""
    issued_on: date | None

    @property
    def term(self) -> str:
        """The deadline in words: it runs from service."""
        return term_words(self.days, self.working_days)

    def parts(self) -> dict[str, str]:
        """Return every text that a person reads before it is public, by name, in the order of the page."""
        return dict(self._parts())

    def with_parts(self, parts: Mapping[str, str]) -> NoticeText:
        """Return the notice with other words in these parts. Raises KeyError for a name it does not have."""
        known = self.parts()
        for name in parts:
            if name not in known:
                raise KeyError(name)
        said = {**known, **parts}
        return replace(
            self,
            title=said["title"],
            demands=said["demands"],
            legal_basis=said["legal_basis"],
            contact=said.get("contact") or None,
            problems=tuple(
                replace(
                    one,
                    title=said[f"problem/{one.number}/title"],
                    text=said[f"problem/{one.number}/text"],
                    basis=said.get(f"problem/{one.number}/basis") or None,
                    measure=said.get(f"problem/{one.number}/measure") or None,
                )
                for one in self.problems
            ),
        )

    def _parts(self) -> Iterator[tuple[str, str]]:
        yield "title", self.title
        for one in self.problems:
            yield f"problem/{one.number}/title", one.title
            yield f"problem/{one.number}/text", one.text
            if one.basis:
                yield f"problem/{one.number}/basis", one.basis
            if one.measure:
                yield f"problem/{one.number}/measure", one.measure
        yield "demands", self.demands
        yield "legal_basis", self.legal_basis
        if self.contact:
            yield "contact", self.contact


def part_label(name: str) -> str:
    """Return what people call a part: 问题1的具体情况."""
    if name in _LABELS:
        return _LABELS[name]
    _, number, field = name.split("/")
    return f"问题{number}的{_PROBLEM_LABELS[field]}"


def term_words(days: int, working_days: bool) -> str:
    """自送达之日起15个工作日内."""
    return f"自送达之日起{days}{'个工作日' if working_days else '日'}内"


def to_json(text: NoticeText) -> str:
    """Return the notice as it is kept."""
    return json.dumps(
        {
            "number": text.number,
            "title": text.title,
            "addressee": text.addressee,
            "problems": [
                {
                    "n": one.number,
                    "title": one.title,
                    "text": one.text,
                    "basis": one.basis,
                    "measure": one.measure,
                    "number": one.problem_number,
                }
                for one in text.problems
            ],
            "demands": text.demands,
            "legal_basis": text.legal_basis,
            "days": text.days,
            "working_days": text.working_days,
            "contact": text.contact,
            "issuer": text.issuer,
            "issued_on": None if text.issued_on is None else text.issued_on.isoformat(),
        },
        ensure_ascii=False,
    )


def from_json(kept: str) -> NoticeText:
    """Return the notice that was kept. Raises NoticeUnreadable."""
    try:
        return _read(json.loads(kept))
    except (ValueError, KeyError, TypeError) as error:
        raise NoticeUnreadable("这份通知书的存档读不出来。") from error


def _read(said: dict[str, Any]) -> NoticeText:
    issued_on = said["issued_on"]
    return NoticeText(
        number=said["number"],
        title=said["title"],
        addressee=said["addressee"],
        problems=tuple(
            NoticeProblem(
                one["n"], one["title"], one["text"], one["basis"], one["measure"], one.get("number", "")
            )
            for one in said["problems"]
        ),
        demands=said["demands"],
        legal_basis=said["legal_basis"],
        days=said["days"],
        working_days=said["working_days"],
        contact=said["contact"],
        issuer=said["issuer"],
        issued_on=None if issued_on is None else date.fromisoformat(issued_on),
    )


_LABELS = {"title": "标题", "demands": "整改要求", "legal_basis": "依据", "contact": "联系方式"}
_PROBLEM_LABELS = {"title": "标题", "text": "具体情况", "basis": "依据", "measure": "整改措施"}
