"""The receipt of a complaint: number, access code, both last days. The code is shown here and never again."""

from __future__ import annotations

from flask import make_response, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal.complaints.queries.clock_view import rounds_of
from portal.complaints.queries.offices import office_of
from portal.complaints.service.lodging import Lodged
from portal.complaints.service.words import told_of
from portal.domain.access_code import read_out
from portal.institutions.catalogue.entry import Entry
from portal.paper.qr import qr_svg
from portal.public.formatting import absolute


def receipt_page(lodged: Lodged, home: Entry | None) -> Response:
    """Return the receipt as the answer to the form itself: going back or asking again shows no code."""
    case = lodged.case
    told = told_of(case)
    page = make_response(
        render_template(
            "public/complaint_receipt.html",
            case=case,
            code=lodged.code,
            fresh=lodged.fresh,
            reading=read_out(lodged.code) if lodged.code else [],
            round=rounds_of(case)[0],
            home=home.name if home else told.place_name if told else None,
            office=office_of(case.region_code),
            address=absolute(url_for("public.track")),
            qr=qr_of_tracking(),
        ),
        201,
    )
    page.headers["Cache-Control"] = "no-store"
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def qr_of_tracking(endpoint: str = "public.track") -> Markup:
    """Return the QR code of a tracking page as SVG. It names no case: whoever scans it must know one."""
    return qr_svg(absolute(url_for(endpoint)))
