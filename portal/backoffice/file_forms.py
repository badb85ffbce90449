"""Forms of the back office that bring files: how much is read of them, and the files made harmless."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import request
from flask_login import current_user

from portal.backoffice.forms import StaffForm
from portal.backoffice.sections import blueprint
from portal.domain.permissions import Capability
from portal.intake.preparing import TOTAL_LIMIT, FileRefused, Prepared, prepare_all

_READ_AT_MOST = 64 << 20
"""Bytes read of the form, files and all: up to here, too much is told at the field and the text stays."""
_FORM_ROOM = 256 << 10

_MAY: dict[str, Capability] = {}


def takes_files(endpoint: str, capability: Capability) -> None:
    """Let the form of an endpoint of the back office bring files, from whoever has ``capability``."""
    _MAY[f"backoffice.{endpoint}"] = capability


def endpoints_with_files() -> frozenset[str]:
    """Return the endpoints whose forms may bring files: the proxy in front must let these be large, too."""
    return frozenset(_MAY)


@blueprint.url_value_preprocessor
def allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Raise the limit of a form's size where files may come: before anything reads the body."""
    needed = _MAY.get(endpoint or "")
    if needed is not None and request.method == "POST" and _is_let_in(needed):
        request.max_content_length = _READ_AT_MOST


def files_of(form: StaffForm, field: str, already: int = 0) -> tuple[Prepared, ...] | None:
    """Return the files of a form, rebuilt; None where one is refused, which stands at the field then.

    ``already``: how many the case or problem has.
    """
    sent = [
        (cast(BinaryIO, one.stream), one.filename)
        for one in request.files.getlist(form[field].name)
        if one.filename
    ]
    if (request.content_length or 0) > TOTAL_LIMIT + _FORM_ROOM:
        form.refuse(field, f"文件加起来超过{TOTAL_LIMIT >> 20}兆，请少选几个")
        return None
    try:
        return tuple(prepare_all(sent, already))
    except FileRefused as refused:
        form.refuse(field, refused)
        return None


def _is_let_in(needed: Capability) -> bool:
    if not current_user.is_authenticated:
        return False
    return bool(not current_user.second_factor_due and current_user.allows(needed))
