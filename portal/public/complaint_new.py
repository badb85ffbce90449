"""Lodging a complaint (R30): one form, and its receipt shown once. It writes, and so may commit."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import make_response, render_template, request
from flask_limiter.errors import RateLimitExceeded
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from portal.access import anyone
from portal.complaints.kinds import PRIVACY_VERSION, Appearance, Category
from portal.complaints.queries.offices import office_of
from portal.complaints.service.lodging import Lodged, Lodgement, lodge, lodged_before
from portal.complaints.service.words import Person, Told
from portal.domain.errors import DomainError
from portal.extensions import csrf, limiter
from portal.institutions.catalogue.entry import Entry
from portal.intake.preparing import FILE_LIMIT, MOST_FILES, TOTAL_LIMIT
from portal.intake.submissions import fresh_token, read_token
from portal.public.complaint_forms import ComplaintForm
from portal.public.complaint_homes import counties, home_of, homes_like
from portal.public.complaint_receipt import receipt_page
from portal.public.complaint_upload import Sent, drain
from portal.public.sections import blueprint
from portal.unit_of_work import unit_of_work

_OTHER = "other"
_LABELS = {
    "home": "是哪家机构",
    "category": "是哪方面的事",
    "appearance": "留不留姓名",
    "files": "照片和文件",
}


@dataclass(slots=True)
class About:
    """Which home, as far as is known. ``offered``: homes to choose from, the chosen one among them."""

    offered: list[Entry] = field(default_factory=list)
    chosen: Entry | None = None
    unlisted: bool = False
    looked: bool = False
    """True if a name was looked for."""
    problem: str | None = None

    @property
    def region_code(self) -> str | None:
        """Whose hotline and post address to show."""
        return None if self.chosen is None else self.chosen.region_code


@blueprint.route("/complaints/new", methods=["GET", "POST"])
@csrf.exempt  # type: ignore[untyped-decorator]  # the form checks its own token: one grown old keeps what was typed
@anyone
def new_complaint() -> Response:
    """Show the form, look for the home, or enter the complaint and show its receipt."""
    try:
        carried = request.form.get("carry") is not None
        form = ComplaintForm(_carried()) if carried else ComplaintForm()
        sent = not carried and form.is_submitted() and "send" in request.form
    except RequestEntityTooLarge:
        drain()
        return _answer(render_template("public/complaint_too_large.html", most=TOTAL_LIMIT >> 20), 413)
    if carried or not form.is_submitted():
        form.submission.data = fresh_token()
        form.home.data = request.args.get("home", "")
    about = _about(form)
    files = Sent.now()
    status = 200
    try:
        _slow_down()
        if sent:
            status = 422
            lodged = _lodged(form, about, files)
            if lodged is not None:
                return receipt_page(lodged, about.chosen)
    except RateLimitExceeded:
        return _page(form, about, files, 429)
    return _page(form, about, files, status)


def _carried() -> MultiDict[str, str]:
    """Return the words that were written elsewhere and are a complaint: they come by POST, in no address."""
    return MultiDict({"text": request.form.get("text", "")})


@limiter.limit("30 per minute;200 per hour")
def _slow_down() -> None:
    """Count a look at the form that was sent, also to find a home."""


@limiter.limit("6 per minute;30 per hour")
def _slow_down_lodging() -> None:
    """Count a complaint that is about to be entered."""


def _lodged(form: ComplaintForm, about: About, files: Sent) -> Lodged | None:
    """Enter the complaint; None where something has to be put right first."""
    token = read_token(form.submission.data)
    known = lodged_before(token)
    if known is not None:  # the page was loaded again: its receipt, whatever has become of the rest
        return known
    form.validate()
    about.problem = _which_home(form, about)
    files.check()
    if form.errors or about.problem or files.problems or form.ask_about_health():
        return None
    _slow_down_lodging()
    if not files.prepare():
        return None
    try:
        with unit_of_work():
            return lodge(_lodgement(form, about, files), token)
    except DomainError as refused:
        form.text.errors = [*form.text.errors, str(refused)]
        return None


def _lodgement(form: ComplaintForm, about: About, files: Sent) -> Lodgement:
    listed = about.chosen
    return Lodgement(
        told=Told(
            form.text.data,
            form.asked.data,
            form.happened_on.data,
            None if listed else form.place_name.data,
            None if listed else form.place.data,
            form.happened_about.data,
        ),
        person=Person(form.name.data, form.phone.data, form.mail.data, form.address.data),
        institution_id=listed.id if listed else None,
        region_code=listed.region_code if listed else form.region.data,
        category=Category(form.category.data),
        appearance=Appearance(form.appearance.data),
        consent_health=form.consent_health.data,
        consent_publish=form.consent_publish.data,
        privacy_version=PRIVACY_VERSION,
        files=files.prepared,
        staff_named=form.staff_named.data,
    )


def _about(form: ComplaintForm) -> About:
    """Return what the form says of the home: the one chosen, and those that answer to what was typed."""
    chosen = home_of(form.home.data or "")
    offered = homes_like(form.q.data) if form.q.data else []
    if chosen is not None and chosen not in offered:
        offered = [chosen, *offered]
    unlisted = chosen is None and bool(form.home.data == _OTHER or form.place_name.data)
    return About(offered, chosen, unlisted, looked=bool(form.q.data))


def _which_home(form: ComplaintForm, about: About) -> str | None:
    """Return what is wrong with the answer to "which home", None for nothing; marks its fields."""
    if about.chosen is not None:
        if form.place_name.data:
            return f"您选了“{about.chosen.name}”，又写了名单以外的“{form.place_name.data}”。请只留一个"
        return None
    if not about.unlisted:
        return "请先查找并选中一家；名单里没有的，请写名称和地方"
    codes = {county.code for county in counties()}
    for name, missing in (
        ("place_name", not form.place_name.data and "请写机构或场所叫什么；没有名字就写“无名”"),
        ("region", form.region.data not in codes and "请选在哪个区县，好交给当地办理"),
    ):
        if missing:
            form[name].errors = [*form[name].errors, missing]
    return None


def _page(form: ComplaintForm, about: About, files: Sent, status: int) -> Response:
    shown = render_template(
        "public/complaint_new.html",
        form=form,
        about=about,
        counties=counties(),
        office=office_of(about.region_code),
        files=files,
        most_files=MOST_FILES,
        most_megabytes=TOTAL_LIMIT >> 20,
        each_megabytes=FILE_LIMIT >> 20,
        problems=_problems(form, about, files) if status == 422 else [],
        status=status,
        carried="carry" in request.form,
        Appearance=Appearance,
    )
    return _answer(shown, status)


def _answer(shown: str, status: int) -> Response:
    page = make_response(shown, status)
    page.headers["Cache-Control"] = "no-store"
    return page


def _problems(form: ComplaintForm, about: About, files: Sent) -> list[tuple[str, str]]:
    """Return what is wrong in the order of the page, each with the anchor of its field."""
    found: list[tuple[str, str]] = []
    if about.problem:
        found.append(("q", about.problem))
    for name in form.data:
        for error in form[name].errors:
            if name == "csrf_token":
                found.append(("send", "这一页开得太久了。您写的都还在，请再按一次“提交投诉”。"))
                continue
            anchor = f"{name}-0" if name in ("category", "appearance") else name
            label = _LABELS.get(name, form[name].label.text)
            found.append((anchor, f"{label}：{error}"))
    found += [("files", f"照片和文件：{error}") for error in files.problems]
    if form.found_health and not found:
        found.append(("consent_health", "您写到了健康情况，请看一下第5步里的问题，再提交"))
    return found
