"""The blueprint of the public site and its navigation: a door appears when what is behind it exists."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, request

from portal.public.addresses import address

blueprint = Blueprint("public", __name__)


@dataclass(frozen=True, slots=True)
class Door:
    """One entry of the navigation."""

    label: str
    url: str
    current: bool


_MAIN = (
    ("找机构", "public.institutions"),
    ("地图", "public.map_page"),
    ("等级评定", "public.grades"),
    ("收费标准", "public.fees"),
    ("集中照护", "public.concentrated_care"),
    ("未登记备案", "public.unregistered"),
    ("关停公告", "public.closures"),
    ("监督检查", "public.supervision"),
    ("投诉与答复", "public.complaint_figures"),
    ("点题整治", "public.suggestions"),
)
_BEHIND = {
    "public.supervision": ("/notices", "/problems", "/inspections", "/credit", "/accountability", "/reviews"),
    "public.suggestions": ("/topics", "/surveys"),
}
"""Sections that a door leads to though their addresses do not lie beneath its own."""
_FOOTER = (
    ("搜索", "public.search"),
    ("整改成效", "public.accountability"),
    ("双点评", "public.reviews"),
    ("看房清单", "public.checklist"),
    ("备案承诺书", "public.commitment_letters"),
    ("工作日怎么数", "public.working_days"),
    ("我要投诉", "public.new_complaint"),
    ("查投诉", "public.track"),
    ("我要点题", "public.new_suggestion"),
    ("查点题", "public.track_suggestion"),
    ("公众纠错", "public.corrections"),
    ("满意度回访", "public.surveys"),
    ("订阅", "public.feeds"),
    ("数据说明", "public.about_data"),
    ("数据校验", "public.integrity"),
    ("大字版与字号", "public.display"),
    ("无障碍说明", "public.accessibility"),
    ("隐私说明", "public.privacy"),
)


def doors(app: Flask, entries: tuple[tuple[str, str], ...]) -> list[Door]:
    """Return the entries whose pages exist, with the one that leads to the current page marked."""
    found = []
    for label, endpoint in entries:
        if endpoint in app.view_functions:
            url = address(endpoint)
            here = any(_within(path) for path in (url, *_BEHIND.get(endpoint, ())))
            found.append((label, url, here))
    # /institutions/unregistered lies under /institutions: the longest match is the current one
    longest = max((len(url) for _, url, here in found if here), default=0)
    return [Door(label, url, here and len(url) == longest) for label, url, here in found]


def _within(path: str) -> bool:
    return request.path == path or request.path.startswith(path + "/")


def navigation(app: Flask) -> list[Door]:
    """Return the main navigation."""
    return doors(app, _MAIN)


def footer_links(app: Flask) -> list[Door]:
    """Return the links of the footer."""
    return doors(app, _FOOTER)
