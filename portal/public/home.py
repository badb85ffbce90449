"""The first page: what this is, a search box, doors, key numbers, what changed lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app, render_template, url_for

from portal.access import anyone
from portal.domain.actor import PUBLIC
from portal.domain.grading import GradeScale, GradeState
from portal.domain.registration import RegistrationState
from portal.history.queries import Change, latest_changes
from portal.institutions.catalogue.catalogue import Catalogue
from portal.institutions.catalogue.entry import Entry
from portal.institutions.catalogue.holder import catalogue
from portal.public.sections import blueprint
from portal.topics.kinds import SuggestionStage
from portal.topics.queries.suggestions import Choice, public_suggestions

_CHANGES = 8
_NAMED = 3
_FEW = 3
"""Suggestions that the first page names of each sort."""

_CHANGED = {
    "institution": "基本情况",
    "registration": "登记",
    "filing": "备案",
    "star_grade": "等级评定",
    "fee_standard": "收费标准",
    "concentrated_care": "集中照护",
    "care_guide": "集中照护办理指南",
    "compliance": "安全达标情况",
    "closure_notice": "关停公告",
    "commitment_letter": "备案承诺书",
}
"""Kinds of record whose changes are news. Unregistered homes are not: most are not public yet."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of the first page, counted from the list itself."""

    institutions: int
    open_now: int
    filed: int
    beds: int
    free: int
    free_homes: int
    graded: int
    priced: int
    confirmed_from: date | None
    """The oldest and the newest day on which some institution's facts were last confirmed."""
    confirmed_to: date | None


@dataclass(frozen=True, slots=True)
class News:
    """One line of the latest changes: what kind of fact, of whom, from which documents."""

    what: str
    count: str | None
    """How many homes, where they are too many to be all named."""
    names: tuple[tuple[str, str], ...]
    """Names and addresses of the first few."""
    sources: tuple[tuple[str, date], ...]
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class HomeDoor:
    """A way in, with the sentence that says whom it is for."""

    label: str
    text: str
    url: str


_DOORS = (
    ("替家人找机构", "按区县、等级、价格、照护需要挑选，放在一起比较", "public.institutions"),
    ("看地图", "家附近有哪些，离得多远", "public.map_page"),
    ("有事要投诉", "写清楚什么事，5个工作日内答复，可以不留姓名", "public.new_complaint"),
    ("查出的问题改好没有", "谁被查出问题、限哪天改好、过期没有，谁受过处罚", "public.supervision"),
    ("您点题，我整治", "哪件事最该改，写一句话；部门公开答复，说的人多的列入整治", "public.suggestions"),
    ("看收费", "各区县每月大约多少钱，价格里含什么、不含什么", "public.fees"),
    ("看等级", "一级到五级是什么意思，哪些机构的等级还有效", "public.grades"),
    ("经济困难的失能老人", "集中照护去哪里、怎么申请、补贴多少", "public.concentrated_care"),
    ("没有登记备案的", "已查实的未登记场所，遇到了怎么办", "public.unregistered"),
    ("关停与合并", "哪些机构停了、并了，老人去了哪里", "public.closures"),
    ("看房清单", "上门看机构时，照着一条条问、一条条看", "public.checklist"),
)


@blueprint.get("/")
@anyone
def home() -> str:
    """Show the first page."""
    listed = catalogue(PUBLIC)
    context = {
        "figures": listed.derived("home figures", _figures),
        "doors": [
            HomeDoor(label, text, url_for(endpoint))
            for label, text, endpoint in _DOORS
            if endpoint in current_app.view_functions
        ],
        "news": listed.derived("news", _all_news),
        "wishes": public_suggestions(Choice(), PUBLIC, limit=_FEW).rows,
        "done": public_suggestions(Choice(stage=SuggestionStage.DONE), PUBLIC, limit=_FEW).rows,
        "regions": [(code, listed.regions.label(code)) for code in listed.region_choices(())],
    }
    return render_template("public/home.html", **context)


def _figures(listed: Catalogue) -> Figures:
    entries = listed.entries
    open_now = [entry for entry in entries if entry.open_now]
    confirmed = [entry.confirmed_on for entry in open_now if entry.confirmed_on]
    return Figures(
        institutions=len(entries),
        open_now=len(open_now),
        filed=sum(entry.registration is RegistrationState.FILED for entry in open_now),
        beds=sum(entry.beds_total or 0 for entry in open_now),
        free=sum(entry.beds_free or 0 for entry in open_now),
        free_homes=sum(entry.beds_free is not None for entry in open_now),
        graded=sum(_graded(entry) for entry in open_now),
        priced=sum(bool(entry.totals) for entry in open_now),
        confirmed_from=min(confirmed, default=None),
        confirmed_to=max(confirmed, default=None),
    )


def _graded(entry: Entry) -> bool:
    """True for a national grade within its term: one without dates claims none."""
    grade = entry.grade
    if grade is None or grade.scale is not GradeScale.NATIONAL:
        return False
    return grade.state in (GradeState.VALID, GradeState.EXPIRING)


def _all_news(listed: Catalogue) -> list[News]:
    """Return the latest changes of what the public may see; a withdrawn home is no news."""
    news = (_news(change, listed) for change in latest_changes(_CHANGES, _CHANGED))
    return [item for item in news if item.names]


def _news(change: Change, listed: Catalogue) -> News:
    shown = {
        subject: named
        for subject in dict.fromkeys(subject for subject, _, _ in change.entries)
        if (named := _named(subject, listed))
    }
    count = f"{len(shown)}{'家以上' if change.more else '家'}"
    return News(
        what=_CHANGED[change.record_kind],
        count=count if len(shown) > _NAMED else None,
        names=tuple(shown.values())[:_NAMED],
        sources=tuple(
            dict.fromkeys((title, as_of) for subject, title, as_of in change.entries if subject in shown)
        ),
        entered_at=change.entered_at,
    )


def _named(subject: str, listed: Catalogue) -> tuple[str, str] | None:
    """Return what a subject is called and its page; None for one that is not on the public list."""
    kind, _, key = subject.partition("/")
    if kind == "region":
        return listed.regions.label(key), url_for("public.care_guide", region_code=key)
    entry = listed.by_id.get(int(key)) if kind == "institution" else None
    return None if entry is None else (entry.name, url_for("public.institution", public_id=entry.public_id))
