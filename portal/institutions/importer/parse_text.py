"""Runs in a limited process of its own (``portal.limited_process``): a text's bytes in, cells out.

A crafted web page or csv must end this process and not the portal. The packages are opened by their folders
alone, without their ``__init__``: so neither Flask nor the database is loaded. Argument: the file's name, for
messages. Answer: a dict with ``format``, ``encoding`` and ``sheets``, or with ``refused`` or ``error``.
"""

from __future__ import annotations

import marshal
import sys
import types
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[3]


def open_packages() -> None:
    """Make the packages importable without running what they do at import."""
    for name in ("portal", "portal.domain", "portal.institutions", "portal.institutions.importer"):
        package = types.ModuleType(name)
        package.__path__ = [str(_ROOT.joinpath(*name.split(".")))]
        sys.modules[name] = package


def read(name: str, data: bytes) -> dict[str, Any]:
    """Return the tables of a text or a web page."""
    from portal.institutions.importer.errors import ImportRefused
    from portal.institutions.importer.html_tables import looks_like_html, read_html
    from portal.institutions.importer.text_tables import decode, read_rows

    path = Path(name)
    try:
        text, encoding = decode(path, data)
        if looks_like_html(text):
            format_, sheets = "html", read_html(path, text)
        else:
            format_, sheets = "csv", [read_rows(path, text)]
    except ImportRefused as error:
        return {"refused": str(error)}
    cells = [(sheet.name, sheet.visible, sheet.rows, sheet.merges) for sheet in sheets]
    return {"format": format_, "encoding": encoding, "sheets": cells}


def main() -> None:
    """Read the text on standard input, answer on standard output."""
    data = sys.stdin.buffer.read()
    open_packages()
    try:
        answer = marshal.dumps(read(sys.argv[1], data))
    except (MemoryError, RecursionError):
        answer = marshal.dumps({"error": "memory"})
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
