"""The one way in which staff enter and edit records: form, conflict, preview, and what is said afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.backoffice.conflicts import Conflict, conflict, with_choices
from portal.backoffice.public_preview import public_page
from portal.backoffice.record_forms import PREFIX, hint_of, record_form, texts_in
from portal.domain.errors import DomainError
from portal.history.keeper import Provenance
from portal.history.recorded import Recorded
from portal.institutions.editable import EditableField
from portal.institutions.field_labels import BLOCK_TITLES, Block
from portal.institutions.field_texts import Typed, read_form
from portal.institutions.keeping import NotTheirs, Overtaken, RulesBroken
from portal.institutions.models import Institution
from portal.institutions.queries.standing import newest_revision, since, values_as_of_revision
from portal.institutions.trial import tried_out
from portal.unit_of_work import unit_of_work

Page = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Work:
    """One record on the desk: a new one, or ``record`` as it stands.

    ``write``: (changes, provenance, revision the form was based on) → the institution concerned and whether
    that said anything new.
    """

    title: str
    trail: Sequence[tuple[str, str]]
    fields: Sequence[EditableField]
    write: Callable[[dict[str, Any], Provenance, int], tuple[Institution, bool]]
    record: Recorded | None = None
    preset: Mapping[str, Any] = field(default_factory=dict)
    """What a new record's form holds at first."""
    anchor: str = ""
    """The part of the institution's page to come back to."""

    @property
    def groups(self) -> list[tuple[str, list[EditableField]]]:
        """The fields under the titles of their blocks."""
        found: dict[Block | None, list[EditableField]] = {}
        for each in self.fields:
            found.setdefault(each.block, []).append(each)
        return [(BLOCK_TITLES[block] if block else "", own) for block, own in found.items()]


def work_on(work: Work) -> Page:
    """Show the form of a record, or take up what was sent with it."""
    if request.method == "GET":
        based_on = 0 if work.record is None else newest_revision(work.record)
        base = _base(work, based_on)
        return _form_page(work, record_form(work.fields, {**work.preset, **base}, None), based_on)
    return _Submission(work).answer()


class _Submission:
    """What was sent: typed values, the revision they are based on, and choices where two had typed."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.based_on = _number("based_on")
        self.opened = _number("opened", self.based_on)
        """The revision at which the clerk first opened the form; before ``based_on`` after a conflict."""
        self.base = _base(work, self.based_on)
        sent: MultiDict[str, str] = request.form
        self.conflict = self._conflict_behind(sent)
        if self.conflict is not None:
            sent = with_choices(sent, work.fields, self.conflict.since.now)
        self.form = record_form(work.fields, self.base, sent)

    def answer(self) -> Page:
        valid = self.form.validate()
        typed = self._typed(self.form, self.base)
        for name, problem in typed.problems.items():
            self.form.refuse(PREFIX + name, problem)
        if self.conflict is not None and (self.conflict.unchosen(request.form) or not valid):
            return self._conflict_page(self.conflict)
        if self.form.errors:
            return self._refused()
        changes = typed.changes(self.base)
        if not changes and self.work.record is not None:
            return self._refused("没有改动：您填的和登记的一样，没有保存任何内容")
        try:
            if request.form.get("do") == "preview":
                return self._preview(changes)
            with unit_of_work():
                home, said = self._write(changes)
                kept_back = self._kept_back(changes)
                back = url_for("backoffice.institution", public_id=home.public_id, _anchor=self.work.anchor)
        except Overtaken as overtaken:
            return self._overtaken(overtaken, typed)
        except RulesBroken as broken:
            for name, problem in broken.problems.items():
                self.form.refuse(PREFIX + name if PREFIX + name in self.form else "as_of", problem)
            return self._refused()
        except NotTheirs:
            abort(403)
        except DomainError as error:
            return self._refused(str(error))
        flash(_what_became(said, kept_back))
        return redirect(back, 303)

    def _write(self, changes: dict[str, Any]) -> tuple[Institution, bool]:
        return self.work.write(changes, self.form.provenance(), self.based_on)

    def _typed(self, form: Any, base: Mapping[str, Any]) -> Typed:
        return read_form(self.work.fields, texts_in(form, self.work.fields), base)

    def _kept_back(self, changes: Mapping[str, Any]) -> list[str]:
        """Return what stays as it was because something newer is known."""
        record = self.work.record
        if record is None:
            return []
        labels = {each.name: each.label for each in self.work.fields}
        return [labels[n] for n, value in changes.items() if n in labels and getattr(record, n) != value]

    def _preview(self, changes: dict[str, Any]) -> Page:
        kept_back: list[str] = []

        def write() -> Institution:
            home, _ = self._write(changes)
            kept_back.extend(self._kept_back(changes))
            return home

        page = tried_out(write, public_page)
        return _form_page(self.work, self.form, self.based_on, preview=page, kept_back=kept_back)

    def _refused(self, problem: str | None = None) -> Page:
        return _form_page(self.work, self.form, self.based_on, problem=problem), 422

    def _overtaken(self, overtaken: Overtaken, typed: Typed) -> Page:
        self.based_on = overtaken.since.newest
        record = self.work.record
        assert record is not None
        found = since(record, self.opened, self.based_on)
        return self._conflict_page(conflict(self.work.fields, typed.values, found), 409)

    def _conflict_behind(self, sent: MultiDict[str, str]) -> Conflict | None:
        """Return the conflict that this submission settles, if it settles one."""
        record = self.work.record
        if record is None or self.opened >= self.based_on:
            return None
        found = since(record, self.opened, self.based_on)
        mine = self._typed(record_form(self.work.fields, self.base, sent), found.opened)
        return conflict(self.work.fields, mine.values, found)

    def _conflict_page(self, found: Conflict, status: int = 422) -> Page:
        sent = request.form
        page = render_template(
            "backoffice/record_conflict.html",
            work=self.work,
            form=self.form,
            conflict=found,
            chosen={row.name: sent.get(row.name) or row.choice for row in found.rows},
            unchosen=[] if status == 409 else found.unchosen(sent),
            typed={each.name: sent.get(PREFIX + each.name, "") for each in self.work.fields},
            prefix=PREFIX,
            based_on=self.based_on,
            opened=self.opened,
        )
        return page, status


def _base(work: Work, revision: int) -> dict[str, Any]:
    return {} if work.record is None else values_as_of_revision(work.record, revision)


def _form_page(
    work: Work,
    form: Any,
    based_on: int,
    *,
    problem: str | None = None,
    preview: str | None = None,
    kept_back: Sequence[str] = (),
) -> str:
    return render_template(
        "backoffice/record_edit.html",
        work=work,
        form=form,
        prefix=PREFIX,
        hint_of=hint_of,
        based_on=based_on,
        problem=problem,
        preview=preview,
        kept_back=kept_back,
    )


def _number(name: str, otherwise: int = 0) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else otherwise


def _what_became(said: bool, kept_back: Sequence[str]) -> str:
    if not said:
        return "登记过的内容与此一致，没有新的改动；已记下又核对了一次"
    if kept_back:
        return f"已记入历史。{'、'.join(kept_back)}现在的情况以日期更新的资料为准，没有变"
    return "已保存，公众现在看到的就是新的内容"
