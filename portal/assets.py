"""Static files under names that hold their content's hash: kept by browsers for a year, compressed once."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from portal.access import anyone

STATIC = Path(__file__).parent / "static"
PACKAGED = {
    "leaflet/leaflet.js": ("xstatic.pkg.leaflet", "data/leaflet.js"),
    "leaflet/leaflet.css": ("xstatic.pkg.leaflet", "data/leaflet.css"),
}
"""Files served from an installed package: our name → the package, and the place in it."""
_COMPRESSIBLE = {".css", ".js", ".svg", ".json", ".webmanifest", ".txt"}
_YEAR = 31_536_000


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, ready to be sent in each of its ``encodings``, the best first."""

    url_name: str
    content_type: str
    encodings: tuple[str, ...]
    identity: bytes

    def body(self, encoding: str) -> bytes:
        """Return the file's bytes in one of its encodings."""
        return _encoded(self.identity, encoding)


@cache
def _encoded(body: bytes, encoding: str) -> bytes:
    """Compress to the utmost. All files take a third of a second: commands send none and are spared it."""
    if encoding == "br":
        return bytes(brotli.compress(body))
    return gzip.compress(body, 9, mtime=0) if encoding == "gzip" else body


class AssetStore:
    """All static files of the site, read once at start-up."""

    def __init__(self, root: Path, packaged: Mapping[str, tuple[str, str]]) -> None:
        self.by_name: dict[str, Asset] = {}
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                self._add(path.relative_to(root).as_posix(), path.read_bytes())
        for name, (package, place) in packaged.items():
            self._add(name, files(package).joinpath(place).read_bytes())
        self.by_url_name = {asset.url_name: asset for asset in self.by_name.values()}
        digests = "".join(asset.url_name for asset in self.by_name.values())
        self.fingerprint = hashlib.sha256(digests.encode()).hexdigest()[:12]

    def _add(self, name: str, body: bytes) -> None:
        digest = hashlib.sha256(body).hexdigest()[:12]
        stem, _, suffix = name.rpartition(".")
        encodings = ("br", "gzip", "identity") if f".{suffix}" in _COMPRESSIBLE else ("identity",)
        content_type = mimetypes.types_map.get(f".{suffix}", "application/octet-stream")
        if content_type.startswith("text/") or content_type.endswith(("javascript", "json")):
            content_type += "; charset=utf-8"
        self.by_name[name] = Asset(f"{stem}.{digest}.{suffix}", content_type, encodings, body)

    def compress(self) -> None:
        """Compress every file before the first visitor asks for one."""
        for asset in self.by_name.values():
            for encoding in asset.encodings:
                asset.body(encoding)


blueprint = Blueprint("assets", __name__)


@blueprint.get("/static/<path:url_name>")
@anyone
def asset(url_name: str) -> Response:
    """Send one file in the best encoding the browser takes."""
    found = _store().by_url_name.get(url_name)
    if found is None:
        abort(404)
    accepted = (e for e in found.encodings if e == "identity" or request.accept_encodings[e] > 0)
    encoding = next(accepted)
    response = Response(found.body(encoding), content_type=found.content_type)
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response


def asset_url(name: str) -> str:
    """Return the address of a static file; an unknown name is a mistake in a template and raises."""
    return url_for("assets.asset", url_name=_store().by_name[name].url_name)


def init_assets(app: Flask) -> None:
    """Read the files and let templates name them by ``asset_url('site.css')``."""
    app.extensions["asset_store"] = AssetStore(STATIC, PACKAGED)
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset_url"] = asset_url


def _store() -> AssetStore:
    store = current_app.extensions["asset_store"]
    assert isinstance(store, AssetStore)
    return store
