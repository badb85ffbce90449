"""Suspicious bursts of voices (计票审看): seen with their reasons, put back or kept apart by a reviewer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask import Response as FlaskResponse
from flask import abort, render_template, request, url_for
from wtforms import DateTimeLocalField, HiddenField, RadioField
from wtforms.validators import InputRequired, Optional

from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.deeds import Answer, Given, attempt
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.forms import choices
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import here_with, table_page
from portal.backoffice.versioned_form import REASON_LONGEST, VersionedForm, words_field
from portal.clock import SHANGHAI
from portal.domain.permissions import Capability, Department
from portal.extensions import limiter
from portal.glossary import label
from portal.reference.directory import region_directory
from portal.topics.queries.voiced import Voiced, voiced
from portal.voices import bursts as service
from portal.voices.burst_queries import (
    Suspicious,
    bursts_of,
    hours_of,
    latest_burst,
    networks_of,
    suspicious,
)
from portal.voices.bursts import Chosen, Place
from portal.voices.kinds import VoiceKind
from portal.voices.service import tally

_FIRST = 5
_PUBLIC = {
    VoiceKind.SUGGESTION: "public.suggestion",
    VoiceKind.POOL: "public.topic_vote",
    VoiceKind.VERDICT: "public.topic",
}


class DecideForm(VersionedForm):
    """What becomes of one burst, or of all that wait."""

    which = HiddenField()
    """The burst's number; empty: all that wait."""
    counted = RadioField(
        "怎么办",
        choices=choices([("0", "仍单独列出"), ("1", "并入总数")]),
        validators=[InputRequired("请选一项")],
    )
    words = words_field("理由", "请写明理由", "例如：打电话核实，是院里的老人共用一条线路。", REASON_LONGEST)


class ApartForm(VersionedForm):
    """Which voices that count a reviewer sets apart."""

    network = RadioField("哪个网络", choices=[], validators=[Optional()], validate_choice=False)
    since = DateTimeLocalField("从", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
    until = DateTimeLocalField("到", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
    words = words_field("理由", "请写明理由", longest=REASON_LONGEST)

    @property
    def chosen(self) -> Chosen:
        """Which that are."""
        network = self.network.data or ""
        known = network if network.isascii() and network.isalnum() else ""
        return Chosen(known[: service.MARK_SHOWN] or None, _aware(self.since.data), _aware(self.until.data))


@dataclass(frozen=True, slots=True)
class Line:
    """A subject with bursts, and what it is."""

    found: Suspicious
    what: Voiced

    @property
    def reasons(self) -> str:
        """Why they stand apart, and how many of each."""
        return "，".join(f"{label(why)}{number}人" for why, number in self.found.whys.most_common())

    @property
    def place(self) -> str:
        """The region in words."""
        return region_directory().label(self.what.region_code)


@blueprint.get("/bursts")
@staff(Capability.SEE_COLUMN)
def bursts() -> str:
    """List what has bursts: those that wait, or those that were decided."""
    waiting = request.args.get("stage") != "decided"
    rows = _lines(the_caller(), waiting)
    page = table_page(len(rows))
    return render_template(
        "backoffice/bursts.html", rows=page.of(rows), page_of=page, waiting=waiting, here_with=here_with
    )


@blueprint.get("/bursts.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.SEE_COLUMN)
def bursts_export(file_format: str) -> FlaskResponse:
    """Hand out the list as a file."""
    waiting = request.args.get("stage") != "decided"
    table = Table(
        "计票审看",
        ("是什么", Column("标题", width=48), Column("地区", width=24), "批数", "人数",
         Column("为什么", width=60), "最早", "最晚"),
        (
            (
                one.found.kind, one.what.title, one.place, one.found.bursts, one.found.voices, one.reasons,
                one.found.first_at, one.found.last_at,
            )
            for one in _lines(the_caller(), waiting)
        ),
        "本平台的点题支持、投票和评价",
        "等待审看" if waiting else "已经审看",
    )  # fmt: skip
    return export(table, file_format)


@blueprint.get("/bursts/<kind>/<int:subject_id>")
@staff(Capability.SEE_COLUMN)
def burst(kind: str, subject_id: int) -> str:
    """Show where a count came from, hour by hour and network by network, and each burst with its reasons."""
    return _page(*_subject(kind, subject_id), Given())


@blueprint.post("/bursts/<kind>/<int:subject_id>/decide")
@staff(Capability.REVIEW_COLUMN)
def decide_burst(kind: str, subject_id: int) -> Answer:
    """Put a burst back into the count, or keep it apart."""
    form = DecideForm(prefix="decide")
    which = form.which.data or ""
    if which and not (which.isascii() and which.isdigit() and len(which) < 10):
        abort(404)

    def do(place: Place, who: Identity) -> None:
        counted, words = form.counted.data == "1", form.words.data
        if which:
            service.decide(place, int(which), counted, words, who.actor, who.scope, form.seen)
        else:
            service.decide_waiting(place, counted, words, who.actor, who.scope, form.seen)

    return _done(kind, subject_id, Given("decide", form), do, "已经记下，页面上的数马上跟着变。")


@blueprint.post("/bursts/<kind>/<int:subject_id>/apart")
@staff(Capability.REVIEW_COLUMN)
def set_voices_apart(kind: str, subject_id: int) -> Answer:
    """Set voices that count apart: of one network, or of a while."""
    form = ApartForm(prefix="apart")

    def do(place: Place, who: Identity) -> None:
        service.set_apart(place, form.chosen, form.words.data, who.actor, who.scope)

    return _done(kind, subject_id, Given("apart", form), do, "已经单独列出，页面上的数马上跟着变。")


@queue(Capability.REVIEW_COLUMN)
def bursts_waiting(identity: Identity, _today: date) -> Queue | None:
    """What was set apart and nobody has looked at: no law sets a day."""
    if not _reviews(identity):
        return None
    rows = _lines(identity, waiting=True)
    first = tuple(
        Waiting(
            one.what.title,
            url_for("backoffice.burst", kind=one.found.kind.value, subject_id=one.found.subject_id),
            None,
            f"{one.place}，{one.found.voices}人单独列出",
        )
        for one in rows[:_FIRST]
    )
    return Queue("计票审看", url_for("backoffice.bursts"), len(rows), first)


def _lines(who: Identity, waiting: bool) -> list[Line]:
    found = suspicious(waiting)
    names = voiced((one.kind, one.subject_id) for one in found)
    lines = (Line(one, names[key]) for one in found if (key := (one.kind, one.subject_id)) in names)
    return [line for line in lines if who.scope.covers(line.what.region_code)]


def _subject(kind: str, subject_id: int) -> tuple[Place, Voiced]:
    found = next((one for one in VoiceKind if one.value == kind), None)
    what = None if found is None else voiced([(found, subject_id)]).get((found, subject_id))
    if found is None or what is None or not the_caller().scope.covers(what.region_code):
        abort(404)
    return Place(found, subject_id, what.region_code), what


def _done(
    kind: str, subject_id: int, given: Given, do: Callable[[Place, Identity], None], said: str
) -> Answer:
    place, what = _subject(kind, subject_id)
    who = the_caller()
    return attempt(
        given,
        lambda: do(place, who),
        said,
        lambda again: _page(place, what, again),
        lambda: url_for("backoffice.burst", kind=place.kind.value, subject_id=subject_id),
    )


def _page(place: Place, what: Voiced, given: Given) -> str:
    rows, total = bursts_of(place.kind, place.subject_id)
    networks = networks_of(place.kind, place.subject_id)
    apart = given.form if isinstance(given.form, ApartForm) else ApartForm(None, prefix="apart")
    apart.network.choices = choices(
        [(row.mark[: service.MARK_SHOWN], f"网络 {row.mark[:6]}") for row in networks if row.counted]
    )
    return render_template(
        "backoffice/burst.html",
        place=place,
        what=what,
        place_words=region_directory().label(what.region_code),
        public_url=url_for(_PUBLIC[place.kind], public_id=what.public_id),
        tally=tally(place.kind, place.subject_id),
        rows=rows,
        total=total,
        waiting=sum(row.decided_at is None for row in rows),
        latest=latest_burst(place.kind, place.subject_id),
        networks=networks,
        hours=hours_of(place.kind, place.subject_id),
        apart=apart,
        decide=given.form if isinstance(given.form, DecideForm) else None,
        given=given,
        reviews=_reviews(the_caller()),
    )


def _reviews(who: Identity) -> bool:
    return who.allows(Capability.REVIEW_COLUMN) and who.scope.department is Department.CIVIL_AFFAIRS


def _aware(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=SHANGHAI)
