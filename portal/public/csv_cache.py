"""Whole lists as files are dear to make and the same for all: each is made once a version of the data."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path

from flask import Response, current_app, request

from portal.accountability.workbook import XLSX
from portal.config import Settings
from portal.public.caching import also_version, page_version

_MOST_KEPT = 100
"""Files of the present version: filters in the address make many, few are asked for twice."""


def made_once(view: Callable[..., Response]) -> Callable[..., Response]:
    """Keep the view's answer in the data folder until the data, the day or the release changes.

    Its address ends in .csv or .xlsx.
    """

    @wraps(view)
    def kept(**values: str) -> Response:
        path = _place()
        if path.exists():
            title, _, body = path.read_bytes().partition(b"\n")
            is_text = request.path.endswith(".csv")
            response = Response(body, content_type="text/csv; charset=utf-8" if is_text else XLSX)
            response.headers["Content-Disposition"] = title.decode()
            return response
        response = view(**values)
        _keep(path, response)
        return response

    return kept


def _place() -> Path:
    settings: Settings = current_app.config["PORTAL"]
    address = f"{request.path}?{request.query_string.decode()}#{also_version()}"
    name = hashlib.sha256(address.encode()).hexdigest()[:24]
    return settings.data / "cache" / "csv" / page_version() / name


def _keep(path: Path, response: Response) -> None:
    """Write the file whole or not at all, and drop what belongs to former versions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.parent.iterdir():
        if old != path.parent:
            _drop(old)
    if sum(1 for _ in path.parent.iterdir()) >= _MOST_KEPT:
        return
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(response.headers["Content-Disposition"].encode() + b"\n" + response.get_data())
    Path(draft).rename(path)


def _drop(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink(missing_ok=True)
    try:
        folder.rmdir()
    except OSError:  # another worker is still writing there: the next change drops it
        return
