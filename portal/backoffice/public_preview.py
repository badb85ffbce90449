"""The public page of an institution as a change would make it: drawn by the public view itself."""

from __future__ import annotations

import io
import re

from flask import current_app, request, url_for
from werkzeug.exceptions import NotFound

from portal.institutions.models import Institution

_SCRIPT = re.compile(r"<script\b[^>]*></script>")
_LINKED = re.compile(r'(<a\b[^>]*?)\s+href="[^"]*"')


def public_page(home: Institution) -> str:
    """Return the public page of an institution as this unit of work has left it, its links taken out.

    Only the view is called, as if a visitor had asked for the page with this browser's display choice: the
    hooks around it, which answer from memory and keep answers, are not. Empty for one that is withdrawn.
    """
    endpoint, public_id = "public.institution", home.public_id
    environ = {name: value for name, value in request.environ.items() if not name.startswith("werkzeug.")}
    environ |= {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": url_for(endpoint, public_id=public_id),
        "QUERY_STRING": "",
        "CONTENT_LENGTH": "0",
        "CONTENT_TYPE": "",
        "wsgi.input": io.BytesIO(),
    }
    with current_app.request_context(environ):
        try:
            page = str(current_app.view_functions[endpoint](public_id=public_id))
        except NotFound:
            return ""
    # inside the frame no script runs, and a link would lead to a page that refuses to be framed
    return _LINKED.sub(r"\1", _SCRIPT.sub("", page))
