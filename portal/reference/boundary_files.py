"""Reading a GeoJSON file of boundaries: the shapes it holds, and which region each of them is."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.domain.errors import DomainError
from portal.reference.boundary_shape import Point, Polygons, Ring
from portal.reference.regions import RegionDirectory

_MOST_BYTES = 300 * 1024 * 1024
_CODE_KEYS = (
    "code", "adcode", "adCode", "ad_code", "region_code", "gb", "GB", "PAC", "pac", "XZQDM", "xzqdm",
    "行政区划代码", "区划代码", "代码", "县代码", "市代码", "省代码",
)  # fmt: skip
_NAME_KEYS = (
    "name",
    "NAME",
    "fullname",
    "region_name",
    "XZQMC",
    "xzqmc",
    "名称",
    "行政区划名称",
    "县",
    "NAME_CHN",
)
_SHOWN = 60


class BoundaryFileRefused(DomainError):
    """The file as a whole cannot be used; the message says why and what would help."""


class _Unreadable(Exception):
    """One shape cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One entry of the file that has a usable shape. ``number`` counts from 1."""

    number: int
    code: str | None
    name: str | None
    polygons: Polygons

    @property
    def called(self) -> str:
        """What the file calls it, for messages."""
        if self.name and self.code:
            return f"{self.name}（{self.code}）"
        return self.name or self.code or "没有名称"


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An entry that was left out, and why."""

    number: int
    called: str
    reason: str


@dataclass(frozen=True, slots=True)
class Matched:
    """A region with its shapes: several entries of the file may make up one region of today."""

    region_code: str
    polygons: Polygons
    numbers: tuple[int, ...]
    notes: tuple[str, ...]


def read_boundary_file(path: Path) -> tuple[list[Feature], list[Unmatched]]:
    """Return the entries with a shape, and those without a usable one. Raises BoundaryFileRefused."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BoundaryFileRefused("文件超过300 MB，请先简化边界再导入。")
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BoundaryFileRefused("文件不是UTF-8编码的文本，GeoJSON应当用UTF-8保存。") from None
    except OSError as error:
        raise BoundaryFileRefused(f"文件打不开：{error.strerror}。") from None
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f"（第{error.lineno}行）" if isinstance(error, json.JSONDecodeError) else ""
        raise BoundaryFileRefused(f"文件不是完整的JSON{where}，请确认是GeoJSON格式，没有截断。") from None
    features, unusable = [], []
    for number, item in enumerate(_items(document), 1):
        code, name = _code_and_name(item)
        try:
            features.append(Feature(number, code, name, _polygons(item.get("geometry"))))
        except _Unreadable as why:
            called = Feature(number, code, name, []).called
            unusable.append(Unmatched(number, called, str(why)))
    return features, unusable


def match_features(
    features: list[Feature], regions: RegionDirectory
) -> tuple[list[Matched], list[Unmatched]]:
    """Return today's regions with their shapes, and the entries that no region can be found for."""
    parts: dict[str, list[tuple[Feature, str | None]]] = {}
    unmatched: list[Unmatched] = []
    for feature in features:
        code, words = _region_of(feature, regions)
        if code is None:
            unmatched.append(Unmatched(feature.number, feature.called, words or ""))
        else:
            parts.setdefault(code, []).append((feature, words))
    matched = []
    for code, found in parts.items():
        # a county's own entry stands for the whole of it: entries of those it absorbed lie within
        own = [(feature, note) for feature, note in found if note is None] or found
        matched.append(
            Matched(
                code,
                [polygon for feature, _ in own for polygon in feature.polygons],
                tuple(feature.number for feature, _ in own),
                tuple(dict.fromkeys(note for _, note in own if note)),
            )
        )
    return matched, unmatched


def _region_of(feature: Feature, regions: RegionDirectory) -> tuple[str | None, str | None]:
    """Return the region in force and, where it has taken over from the named one, a sentence; or a reason."""
    if feature.code and (row := regions.get(feature.code)):
        heirs = regions.currents(row.code)
        if len(heirs) == 1:
            return heirs[0], None if heirs[0] == row.code else regions.fate(row.code)
        return None, f"{regions.fate(row.code)}，不能对应到一个现行区划"
    if feature.name:
        found = regions.resolve(feature.name)
        if found.code is not None and not found.remainder:
            return found.code, found.note
        if feature.code is None or found.candidates:
            return None, found.reason or f"“{feature.name}”不是一个行政区划的名称"
    if feature.code:
        return None, f"行政区划代码“{feature.code}”不存在"
    return None, "既没有行政区划代码，也没有名称"


def _items(document: Any) -> Iterator[dict[str, Any]]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "Feature":
        items = [document]
    elif kind == "FeatureCollection" and isinstance(document.get("features"), list):
        items = document["features"]
    elif kind == "Topology":
        raise BoundaryFileRefused("这是TopoJSON，请先转换成GeoJSON。")
    else:
        raise BoundaryFileRefused("文件不是GeoJSON：最外层应当是 FeatureCollection 或 Feature。")
    crs = document.get("crs")
    named = str(crs["properties"].get("name", "")) if _has_named_crs(crs) else ""
    if named and not re.search(r"CRS84|EPSG:*:?(4326|4490)$", named):
        raise BoundaryFileRefused(
            f"文件写明的坐标系是{named[:_SHOWN]}，请先转换成经纬度（WGS84或CGCS2000）。"
        )
    if not items:
        raise BoundaryFileRefused("文件里没有一个区划。")
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise BoundaryFileRefused(f"第{number}个要素不是GeoJSON的Feature。")
        yield item


def _has_named_crs(crs: Any) -> bool:
    return isinstance(crs, dict) and isinstance(crs.get("properties"), dict)


def _code_and_name(item: dict[str, Any]) -> tuple[str | None, str | None]:
    held = item.get("properties")
    properties = held if isinstance(held, dict) else {}
    codes = [properties.get(key) for key in _CODE_KEYS] + [item.get("id")]
    code = next((digits for value in codes if (digits := _digits(value))), None)
    names = (properties.get(key) for key in _NAME_KEYS)
    name = next((value.strip()[:_SHOWN] for value in names if isinstance(value, str) and value.strip()), None)
    return code, name


def _digits(value: Any) -> str | None:
    """Return six digits for 350404, "350404", "156350404", "350404000000" and the like."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, float):
        if not value.is_integer():
            return None
        value = int(value)
    text = str(value).strip().removesuffix(".0")
    if not (text.isascii() and text.isdigit()):
        return None
    if len(text) == 9 and text.startswith("156"):
        return text[3:]
    if len(text) in (9, 12) and not text[6:].strip("0"):
        return text[:6]
    return text if len(text) == 6 else text + "0" * (6 - len(text)) if len(text) in (2, 4) else None


def _polygons(geometry: Any) -> Polygons:
    if not isinstance(geometry, dict):
        raise _Unreadable("没有图形（geometry是空的）")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Polygon":
        coordinates = [coordinates]
    elif kind != "MultiPolygon":
        raise _Unreadable(f"图形是{str(kind)[:_SHOWN]}，只能用Polygon或MultiPolygon")
    if not isinstance(coordinates, list) or not coordinates:
        raise _Unreadable("图形里没有坐标")
    polygons = [[_ring(ring) for ring in _list(polygon)] for polygon in coordinates]
    if not all(polygons):
        raise _Unreadable("图形里没有坐标")
    return polygons


def _ring(ring: Any) -> Ring:
    points = [_point(point) for point in _list(ring)]
    if points[0] != points[-1]:
        points.append(points[0])
    if len(set(points)) < 3:
        raise _Unreadable("有一圈边界不到三个点")
    return points


def _point(point: Any) -> Point:
    if not isinstance(point, list) or len(point) < 2:
        raise _Unreadable("有的坐标不是一对数")
    x, y = point[0], point[1]
    for degree in (x, y):
        if isinstance(degree, bool) or not isinstance(degree, (int, float)) or not math.isfinite(degree):
            raise _Unreadable("有的坐标不是数")
    if not (70 <= x <= 140 and 0 <= y <= 56):
        if 70 <= y <= 140 and 0 <= x <= 56:
            raise _Unreadable(f"坐标（{x:g}，{y:g}）不在中国范围内，经度和纬度可能写反了")
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            raise _Unreadable(f"坐标（{x:g}，{y:g}）不是经纬度，可能是投影坐标；请先转换成经纬度")
        raise _Unreadable(f"坐标（{x:g}，{y:g}）不在中国范围内")
    return float(x), float(y)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _Unreadable("图形里没有坐标")
    return value
