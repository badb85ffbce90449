"""The audit's hash of every closed day (数据校验): so that the past cannot be rewritten unseen."""

from __future__ import annotations

from flask import Response, jsonify, render_template

from portal.access import anyone
from portal.audit.queries import last_published, published_count, published_days
from portal.public.caching import depends_also_on
from portal.public.csv_download import csv_response
from portal.public.paging import paginate
from portal.public.sections import blueprint


def _version() -> str:
    day = last_published()
    return "open" if day is None else day.isoformat()


@blueprint.get("/integrity")
@anyone
@depends_also_on(_version)
def integrity() -> str:
    """Say how the record of what staff did is kept from being rewritten, and list the days."""
    pager = paginate(published_count())
    days = list(published_days(offset=pager.offset, limit=pager.per_page))
    return render_template("public/integrity.html", days=days, pager=pager)


@blueprint.get("/integrity.csv")
@anyone
@depends_also_on(_version)
def integrity_csv() -> Response:
    """Download every day."""
    header = ("日期", "当天记录数", "累计记录数", "校验值（SHA-256）")
    return csv_response(
        "操作记录校验值", header, ((d.day, d.entries, d.last_entry, d.hash) for d in published_days())
    )


@blueprint.get("/integrity.json")
@anyone
@depends_also_on(_version)
def integrity_json() -> Response:
    """Give every day to programs, newest first."""
    return jsonify(
        algorithm="SHA-256",
        days=[
            {
                "day": one.day.isoformat(),
                "entries": one.entries,
                "last_entry": one.last_entry,
                "hash": one.hash,
            }
            for one in published_days()
        ],
    )
