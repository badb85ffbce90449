"""Forms of records for tests: what a page's form holds, ready to be changed and sent back."""

from __future__ import annotations

from html.parser import HTMLParser

from flask.testing import FlaskClient

SOURCE = {
    "source_kind": "document",
    "source_title": "2026年月报",
    "source_publisher": "示例县民政局",
    "source_number": "示民〔2026〕8号",
    "as_of": "2026-02-01",
}
BASICS = "/staff/institutions/{}/edit/basics"
BEDS = "/staff/institutions/{}/edit/beds"


class _Inputs(HTMLParser):
    """Names and values of the inputs of the form that is not one of the page's buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = self._area = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "form":
            self._inside = "data-guard" in found
        elif not self._inside:
            return
        elif tag == "input" and (found.get("type") != "radio" or "checked" in found):
            self.values[name] = found.get("value") or ""
        elif tag == "select":
            self._select = name
            self.values[name] = ""
        elif tag == "option" and "selected" in found:
            self.values[self._select] = found.get("value") or ""
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.values[self._area] = self.values[self._area].removeprefix("\r").removeprefix("\n")
            self._area = ""


def inputs(html: str) -> dict[str, str]:
    """Return what the form of a page would send as it stands."""
    parser = _Inputs()
    parser.feed(html)
    return parser.values


def opened(client: FlaskClient, address: str) -> dict[str, str]:
    """Open a form and return what it holds, with a source filled in."""
    page = client.get(address)
    assert page.status_code == 200, page.status_code
    return inputs(page.text) | SOURCE
