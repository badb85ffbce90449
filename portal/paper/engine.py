"""Typesetting: a template beside this file and plain data become a PDF (docs/decisions/0027).

What a document says is handed over as data, never as source: no text can become an instruction. Fonts come
with the package; those of the machine are not looked at, so that a page looks alike wherever it is made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import typst

_FOLDER = Path(__file__).resolve().parent
_ACCESSIBLE: Final = "ua-1"
"""PDF/UA-1 (ISO 14289-1): tagged, titled, every letter readable by a machine."""
_PLAIN: Final = "1.7"


def typeset(template: str, data: Mapping[str, Any], made_on: date) -> bytes:
    """Return the PDF that ``template`` (``notice.typ``) makes of ``data`` (what JSON can say).

    ``made_on`` is written into the file as its date: the same data on the same day make the same bytes. A
    text with a sign that neither font has is set all the same, with the sign left a box; such a file can't
    claim to be PDF/UA, and does not.
    """
    import typst  # 80 MB of code: loaded by whoever makes a document, by nobody else

    compiler = typst.Compiler(
        str(_FOLDER / template),
        root=str(_FOLDER),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    stamp = datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC)
    try:
        made = compiler.compile(format="pdf", pdf_standards=_ACCESSIBLE, timestamp=stamp)
    except typst.TypstError as refused:
        if "could not be displayed" not in str(refused):
            raise
        made = compiler.compile(format="pdf", pdf_standards=_PLAIN, timestamp=stamp)
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    import typst
    from pylopdf_fonts_zh_cn import sans_path

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(sans_path().parent)]
    )
