"""The mapping file: a bureau's own headings and values, checked key by key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.institutions.importer.errors import ImportRefused
from portal.institutions.importer.value_words import LOCAL, VALUES, Words
from portal.institutions.importer.vocabulary import HEADING_FIELDS, MAY_BE_PERSONAL, PERSONAL, squeeze

_KEYS = ("headings", "values", "position_system", "position_precision")
_ALIASES = {
    "region_code": "region",
    "fees": "fees_as_written",
    "former_names": "former_name",
    "filing": "filed",
    "grade_level": "grade",
    "registration_number": "credit_or_registration",
}
_ALSO = ("ignored", "other_as_written", "fees_as_written")
POSITION_SYSTEMS = ("wgs84", "gcj02", "bd09", "unknown")
POSITION_PRECISIONS = ("exact", "street", "township", "county", "city")
_GRADE_VALUES = ("1", "2", "3", "4", "5", LOCAL)


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """What a mapping file says, squeezed for comparison."""

    headings: Mapping[str, str] = field(default_factory=dict)
    words: Words = field(default_factory=Words)
    position_system: str = "unknown"
    position_precision: str | None = None


def known_fields() -> list[str]:
    """Return the field names that a mapping file may use, fee fields among them."""
    return sorted({*HEADING_FIELDS, *_ALIASES, *_ALSO})


def load_mapping(path: Path | None) -> FieldMapping:
    """Return the mapping of a file, an empty one without a file. Raises ImportRefused, naming the bad key."""
    if path is None:
        return FieldMapping()
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = "没有这个文件" if isinstance(error, FileNotFoundError) else error.strerror
        raise ImportRefused(f"无法读取对照文件{path}：{reason}") from None
    except UnicodeDecodeError:
        raise ImportRefused(f"对照文件{path.name}不是UTF-8，请另存为UTF-8") from None
    except (json.JSONDecodeError, RecursionError) as error:
        where = f"第{error.lineno}行第{error.colno}列" if isinstance(error, json.JSONDecodeError) else ""
        raise ImportRefused(f"对照文件{path.name}不是合格的JSON（{where}附近）") from None
    return read_mapping(content)


def read_mapping(content: Any) -> FieldMapping:
    """Return the mapping that decoded JSON describes. Raises ImportRefused."""
    if not isinstance(content, dict):
        raise ImportRefused('对照文件的最外层应是{"headings": {…}, "values": {…}}')
    for key in content:
        if key not in _KEYS:
            raise ImportRefused(f"对照文件里不认识“{key}”；可以有：{'、'.join(_KEYS)}")
    headings = {
        squeeze(heading): _field(heading, name) for heading, name in _texts(content, "headings").items()
    }
    values: dict[str, dict[str, str]] = {}
    tables = content.get("values", {})
    if not isinstance(tables, dict):
        raise ImportRefused('对照文件的“values”应是{"字段": {"本单位叫法": "值"}}')
    for name in tables:
        allowed = _allowed_values(name)
        values[name] = {}
        for word, value in _texts(tables, name).items():
            if value not in allowed:
                raise ImportRefused(
                    f"对照文件values.{name}里“{word}”的值“{value}”不认识；可以是：{'、'.join(allowed)}"
                )
            values[name][squeeze(word)] = value
    return FieldMapping(
        headings,
        Words(values),
        _one_of(content, "position_system", POSITION_SYSTEMS) or "unknown",
        _one_of(content, "position_precision", POSITION_PRECISIONS),
    )


def _texts(content: dict[str, Any], key: str) -> dict[str, str]:
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise ImportRefused(f"对照文件的“{key}”应是一张对照表，如{{“本单位叫法”: “字段”}}")
    texts = {str(word): str(value) if isinstance(value, int) else value for word, value in table.items()}
    for word, value in texts.items():
        if not isinstance(value, str):
            raise ImportRefused(f"对照文件“{key}”里“{word}”的值应是文字")
    return texts


def _field(heading: str, name: str) -> str:
    plain = _ALIASES.get(name, name)
    if plain not in HEADING_FIELDS and plain not in _ALSO:
        raise ImportRefused(
            f"对照文件headings里“{heading}”对应的字段“{name}”不认识；可用的字段：{'、'.join(known_fields())}"
        )
    if plain not in MAY_BE_PERSONAL and PERSONAL.search(squeeze(heading)):
        raise ImportRefused(
            f"对照文件headings里“{heading}”是个人信息，平台不收也不公开；只能写成“ignored”（不收），"
            "机构对外的号码可写成“phone”"
        )
    return plain


def _allowed_values(name: str) -> tuple[str, ...]:
    if name == "grade":
        return _GRADE_VALUES
    if name not in VALUES:
        raise ImportRefused(f"对照文件values里不认识“{name}”；可以有：{'、'.join([*VALUES, 'grade'])}")
    extra = {"legal_form": ("other",), "kind": ("other",)}.get(name, ())
    return tuple(dict.fromkeys([*VALUES[name].values(), *extra]))


def _one_of(content: dict[str, Any], key: str, allowed: tuple[str, ...]) -> str | None:
    value = content.get(key)
    if value is not None and value not in allowed:
        raise ImportRefused(f"对照文件的“{key}”是“{value}”，只能是：{'、'.join(allowed)}")
    return value
