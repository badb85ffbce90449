"""Base layers: what is drawn beneath the points, as the operator has set it. Without any: paper alone."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

_TIANDITU = (
    "https://t{s}.tianditu.gov.cn/NAME_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=NAME"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk="
)
_TIANDITU_SERVERS = "01234567"


@dataclass(frozen=True, slots=True)
class TileLayer:
    """One layer of picture tiles. ``url`` has {z}, {x}, {y} and may have {s}, one of ``servers``."""

    url: str
    servers: str = ""

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins that pictures come from, for the page's content security policy."""
        addresses = [self.url.replace("{s}", server) for server in self.servers] or [self.url]
        parts = [urlsplit(address) for address in addresses]
        return tuple(dict.fromkeys(f"{part.scheme}://{part.netloc}" for part in parts))


def base_layers(tianditu_key: str | None, url: str | None) -> tuple[TileLayer, ...]:
    """Return the layers to draw, lowest first; none where nothing is set."""
    if tianditu_key is not None:
        return tuple(
            TileLayer(_TIANDITU.replace("NAME", layer) + tianditu_key, _TIANDITU_SERVERS)
            for layer in ("vec", "cva")  # the ground, then its names
        )
    if url is not None:
        return (TileLayer(url, "abc" if "{s}" in url else ""),)
    return ()
