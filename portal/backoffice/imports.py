"""Importing a list: what was imported, and a new one."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from flask import Response as FlaskResponse
from flask import abort, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf.file import FileField, FileRequired
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from portal import clock
from portal.access import staff
from portal.accounts.identity import Identity
from portal.backoffice.context import the_caller
from portal.backoffice.export import EXPORTS_A_MINUTE, Column, Table, export
from portal.backoffice.forms import StaffForm, trimmed
from portal.backoffice.import_words import region_words
from portal.backoffice.queues import Queue, Waiting, queue
from portal.backoffice.regions import region_choices
from portal.backoffice.sections import blueprint
from portal.backoffice.table_pages import asked_page
from portal.domain.permissions import Capability
from portal.extensions import limiter
from portal.imports import queries, service
from portal.imports.files import UPLOAD_LIMIT, TooBig
from portal.imports.sample import fictional_county, sample_for
from portal.institutions.importer.errors import ImportRefused
from portal.institutions.importer.values import one_line, tidy
from portal.unit_of_work import unit_of_work

_PAGE = 30
_FIRST = 5
_MOST_EXPORTED = 10_000
_FORM_ROOM = 1 << 20
"""Bytes that the other fields of the form may take beside the file."""
_MAPPING_LIMIT = 256 * 1024
_DRAINED = 256 * 1024 * 1024
_DRAIN_SECONDS = 20
_UPLOAD = "backoffice.new_import"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NewImportForm(StaffForm):
    """The file, and what it is."""

    file = FileField("名册文件", [FileRequired("请选择文件")])
    source = StringField(
        "来源",
        [InputRequired("请写明来源，例如“某县民政局养老机构名册”"), Length(max=300)],
        filters=[trimmed],
    )
    as_of = DateField("数据日期", [InputRequired("请写明表里的数是哪一天的，例如2026-05-31")])
    region = SelectField("名册所属的地区")
    mapping = FileField("对照文件")

    def validate_as_of(self, field: Any) -> None:
        """Refuse what has not happened yet."""
        if isinstance(field.data, date) and field.data > clock.today():
            raise ValidationError("数据日期晚于今天，尚未发生的事不能登记为事实")

    def validate_source(self, field: Any) -> None:
        """Refuse a name of marks that nobody sees."""
        field.data = one_line(tidy(field.data or ""))
        if not field.data:
            raise ValidationError("来源是空的，或只有看不见的字符")


@blueprint.url_value_preprocessor
def allow_upload(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let this one form bring a file: before anything, the token against forgery included, reads the body."""
    if endpoint == _UPLOAD and request.method == "POST" and _may_upload():
        request.max_content_length = UPLOAD_LIMIT + _FORM_ROOM


def _may_upload() -> bool:
    if not current_user.is_authenticated:
        return False
    return bool(not current_user.second_factor_due and current_user.allows(Capability.IMPORT))


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Any:
    """Say how large a file may be; first take what the browser still sends, or it would show an error."""
    if request.endpoint != _UPLOAD or not _may_upload():
        return error
    _drain()
    return render_template("backoffice/import_too_large.html", limit=UPLOAD_LIMIT // 1048576), 413


def _drain() -> None:
    stream, left = request.environ["wsgi.input"], min(request.content_length or 0, _DRAINED)
    until = time.monotonic() + _DRAIN_SECONDS
    while left > 0 and time.monotonic() < until:
        piece = stream.read(min(left, 1 << 20))
        if not piece:
            return
        left -= len(piece)


@blueprint.get("/imports")
@staff(Capability.IMPORT)
def imports() -> str:
    """List the imports of the own region and all beneath it."""
    who = the_caller()
    page = asked_page()
    found, total = queries.runs(who.scope, offset=(page - 1) * _PAGE, limit=_PAGE)
    return render_template(
        "backoffice/imports.html",
        runs=found,
        total=total,
        number=page,
        last=max(1, -(-total // _PAGE)),
        region=region_words,
        may_import=_writable(who),
        sample=_sample_county(who) is not None,
    )


@blueprint.get("/imports.<file_format>")
@limiter.limit(EXPORTS_A_MINUTE)
@staff(Capability.IMPORT)
def imports_export(file_format: str) -> FlaskResponse:
    """Hand out the imports of the own region and all beneath it as a file."""
    found, _ = queries.runs(the_caller().scope, offset=0, limit=_MOST_EXPORTED)
    rows = (
        (run.id, run.source, run.as_of, region_words(run.region_code), run.file_name, run.uploaded_by,
         run.uploaded_at, run.state, run.committed_at, run.undone_at, run.sha256)
        for run in found
    )  # fmt: skip
    columns = (
        "编号", Column("来源", width=40), "数据日期", "地区", "文件", "谁上传的", "上传时间",
        "状态", "导入时间", "撤销时间", Column("文件SHA-256", width=66),
    )  # fmt: skip
    return export(Table("导入过的名册", columns, rows, "本平台的导入记录"), file_format)


@blueprint.route("/imports/new", methods=["GET", "POST"])
@limiter.limit("20 per minute", methods=["POST"])
@staff(Capability.IMPORT)
def new_import() -> str | Response | tuple[str, int]:
    """Upload a list; the worker checks it."""
    who = the_caller()
    if not _writable(who):
        abort(403)
    form = NewImportForm(source=request.args.get("source", ""), as_of=_day(request.args.get("as_of")))
    form.region.choices = region_choices(who)
    if form.validate_on_submit():
        try:
            mapping = _mapping(form)
            with unit_of_work():
                run = service.upload(
                    service.NewImport(
                        form.source.data,
                        form.as_of.data,
                        form.region.data,
                        _shown_name(form.file.data.filename),
                        mapping,
                    ),
                    form.file.data.stream,
                    who.actor,
                    who.scope,
                )
        except TooBig as big:
            form.refuse("file", big)
        except service.ImportNotPossible as refused:
            form.refuse("region", refused)
        except ImportRefused as refused:
            form.refuse("mapping", refused)
        else:
            return redirect(url_for("backoffice.import_run", run_id=run.id), 303)
    page = render_template(
        "backoffice/import_new.html",
        form=form,
        sources=queries.known_sources(who.scope),
        limit=UPLOAD_LIMIT,
        sample=_sample_county(who) is not None,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/imports/sample.xlsx")
@limiter.limit("20 per minute")
@staff(Capability.IMPORT)
def import_sample() -> FlaskResponse:
    """Give the demo city's staff a list to try with."""
    county = _sample_county(the_caller())
    if county is None:
        abort(404)
    return download(sample_for(county), "示例名册.xlsx")


def download(content: bytes | str, name: str, content_type: str = _XLSX) -> FlaskResponse:
    """Return a file to be kept, under a Chinese name (RFC 6266)."""
    response = FlaskResponse(content, content_type=content_type)
    suffix = PurePosixPath(name).suffix
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"import{suffix}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    return response


@queue(Capability.IMPORT)
def imports_to_commit(identity: Identity, _today: date) -> Queue | None:
    """What I have uploaded and checked and not entered."""
    return _queue("核对好、还没有导入的名册", queries.to_commit(identity.staff_id))


@queue(Capability.IMPORT)
def imports_failed(identity: Identity, _today: date) -> Queue | None:
    """What could not be carried out."""
    return _queue("没有导入成功的名册", queries.failed(identity.staff_id))


@queue(Capability.IMPORT)
def rows_to_mend(identity: Identity, _today: date) -> Queue | None:
    """Quarantined rows that no later import has brought in."""
    found = queries.unmended(identity.staff_id)
    first = tuple(
        Waiting(
            f"{one.run.source}：{one.rows}行待改",
            url_for("backoffice.import_run", run_id=one.run.id, show="quarantined"),
            None,
            region_words(one.run.region_code),
        )
        for one in found[:_FIRST]
    )
    rows = sum(one.rows for one in found)
    return (
        Queue("名册里被隔离、还没有改好的行", url_for("backoffice.imports"), rows, first) if found else None
    )


def _queue(title: str, runs: Any) -> Queue | None:
    first = tuple(
        Waiting(
            f"{run.source}（{run.file_name}）",
            url_for("backoffice.import_run", run_id=run.id),
            None,
            region_words(run.region_code),
        )
        for run in runs[:_FIRST]
    )
    return Queue(title, url_for("backoffice.imports"), len(runs), first) if runs else None


def _writable(who: Identity) -> bool:
    code = who.region_code or next((code for code, _ in region_choices(who)), "")
    return who.scope.may_write(service.RECORD_KIND, code)


def _sample_county(who: Identity) -> str | None:
    return fictional_county(who.region_code) if who.demo else None


def _shown_name(name: str | None) -> str:
    """Return what a browser calls its file, without folders and marks that nobody sees."""
    plain = one_line(tidy(PurePosixPath((name or "").replace("\\", "/")).name)).strip("/. ")
    if len(plain) > 80:
        suffix = PurePosixPath(plain).suffix[:8]
        plain = plain[: 80 - len(suffix)] + suffix
    return plain or "文件"


def _mapping(form: NewImportForm) -> dict[str, Any] | None:
    """Return the mapping file as decoded JSON, None without one. Raises ImportRefused."""
    given = form.mapping.data
    if not given:
        return None
    text = given.stream.read(_MAPPING_LIMIT + 1)
    if not text and not given.filename:
        return None
    if len(text) > _MAPPING_LIMIT:
        raise ImportRefused("对照文件太大，不像是对照文件")
    try:
        content = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise ImportRefused("对照文件不是合格的JSON（UTF-8）") from None
    if not isinstance(content, dict):
        raise ImportRefused('对照文件的最外层应是{"headings": {…}, "values": {…}}')
    return content


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
