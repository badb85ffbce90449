"""QR codes of our own addresses, for what is printed and handed out."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_svg(address: str) -> Markup:
    """Return the QR code of one of our own addresses as SVG, to stand in a page."""
    drawn = segno.make(address, error="m", micro=False)
    svg = drawn.svg_inline(scale=4, border=2, light="#fff", svgclass=None, lineclass=None)
    return Markup(svg)  # noqa: S704 -- drawn here, from our own address
