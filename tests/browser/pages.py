"""The pages that every whole-site check visits: fixed ones, and one of each kind found by its links."""

from __future__ import annotations

import re
import urllib.request
from functools import cache

FIXED = (
    "/",
    "/institutions",
    "/institutions?view=table&sort=price",
    "/institutions?q=查无此院",
    "/institutions?open=1&state=filed",
    "/search",
    "/search?q=养老院",
    "/search?q=老年痴呆&kind=institution",
    "/search?q=查无此院",
    "/map",
    "/map?region=990102&state=filed&near=汀兰区",
    "/map?show=unplaced&open=1",
    "/institutions/unregistered",
    "/institutions/compare",
    "/grades",
    "/fees",
    "/concentrated-care",
    "/closures",
    "/letters",
    "/visit-checklist",
    "/working-days",
    "/working-days?from=2026-09-25&days=20",
    "/working-days?from=2026-12-28&days=5",
    "/working-days?from=2026-13-40&days=no",
    "/complaints",
    "/complaints?region=990102",
    "/complaints/published",
    "/complaints/published?category=fire",
    "/feeds",
    "/alerts",
    "/alerts/new?about=county&region=990102",
    "/alerts/new?about=search",
    "/notices",
    "/notices?category=fire&severity=major&q=养老院&sort=deadline",
    "/institutions?problems=open&open=1",
    "/map?problems=major",
    "/complaints/new",
    "/complaints/track",
    "/suggestions",
    "/suggestions?sort=supported&kind=canteen&state=answered",
    "/suggestions?q=查无此事",
    "/suggestions/new",
    "/suggestions/new?region=990102&kind=fees",
    "/suggestions/track",
    "/suggestions/how-counted",
    "/suggestions/digests",
    "/topics",
    "/topics?year=2025&region=990102",
    "/topics?year=2019",
    "/supervision",
    "/inspections",
    "/inspections?result=problems&region=990102&sort=oldest",
    "/inspections?year=1999",
    "/inspections/draws",
    "/credit",
    "/credit?kind=penalty",
    "/accountability",
    "/accountability?region=990102",
    "/accountability?year=2020",
    "/accountability/points",
    "/accountability/targets",
    "/accountability/targets?region=990102",
    "/accountability/lists",
    "/surveys",
    "/survey",
    "/survey?c=0000-0000-0000",
    "/reviews",
    "/reviews?quarter=2025-q4",
    "/corrections",
    "/corrections?outcome=accepted",
    "/corrections/find?receipt=J2026-2345678X",
    "/about-data",
    "/integrity",
    "/accessibility",
    "/privacy",
    "/display",
    "/no-such-page",
)

REFUSED = frozenset(
    {
        "/working-days?from=2026-13-40&days=no",
        "/corrections/find?receipt=J2026-2345678X",
        "/no-such-page",
        "/survey?c=0000-0000-0000",
    }
)
"""Pages that answer what somebody mistyped: with a status above 400, which the browser tells its console."""

_SAMPLES = {
    "/accountability/lists": r"/accountability/lists/\d{6}/\d{4}-\d{2}",
    "/suggestions/digests": r"/suggestions/digests/\d{6}/\d{4}-\d{2}",
    "/surveys": r"/surveys/\d{6}-\d{4}-[12]",
    "/topics": r"/topics/[2-9a-z]{8}",
    "/topics?year=2025": r"/topics/[2-9a-z]{8}",
    "/topics?region=990102": r"/topics/vote/[2-9a-z]{8}",
    "/reviews": r"/reviews/\d{6}/\d{4}-q[1-4]",
    "/inspections": r"/inspections/[2-9a-z]{8}",
    "/inspections/draws": r"/inspections/draws/[2-9a-z]{8}",
    "/institutions": r"/institutions/[2-9a-z]{8}",
    "/institutions?problems=major": r"/institutions/[2-9a-z]{8}",
    "/institutions/unregistered": r"/institutions/unregistered/[2-9a-z]{8}",
    "/concentrated-care": r"/concentrated-care/\d{6}",
    "/closures": r"/closures/[2-9a-z]{8}",
    "/letters": r"/letters/[2-9a-z]{8}",
    "/complaints/published": r"/complaints/published/[2-9a-z]{8}",
    "/suggestions?state=open": r"/suggestions/[2-9a-z]{8}",
    "/suggestions?state=done": r"/suggestions/[2-9a-z]{8}",
    "/notices?state=recurred": r"/notices/[2-9a-z]{8}",
    "/notices?state=overdue&severity=major": r"/notices/[2-9a-z]{8}",
}
_PROBLEM = r"/problems/[2-9a-z]{8}"


@cache
def _links(site: str, path: str, pattern: str) -> tuple[str, ...]:
    with urllib.request.urlopen(site + path) as answer:
        html = answer.read().decode()
    return tuple(dict.fromkeys(re.findall(rf'href="({pattern})"', html)))


def sample_pages(site: str) -> list[str]:
    """Return every kind of page once, as a path on ``site``."""
    found = list(FIXED)
    for path, pattern in _SAMPLES.items():
        links = _links(site, path, pattern)
        assert links, f"{path} leads to no page like {pattern}"
        found += links[:2]
        if path == "/inspections/draws":
            found += links[-1:]  # the oldest: its list is public
        if path.startswith("/notices"):
            found += _links(site, links[0], _PROBLEM)[:1]
    homes = [link.rsplit("/", 1)[1] for link in _links(site, "/institutions", _SAMPLES["/institutions"])]
    found.append(f"/institutions/{homes[0]}/history")
    found.append(f"/complaints/new?home={homes[0]}")
    found += [f"/institutions/{homes[0]}/wrong", f"/institutions/{homes[0]}/wrong?about=basics"]
    found.append("/institutions/compare?" + "&".join(f"id={home}" for home in homes[:4]))
    found.append(f"/visit-checklist?id={homes[0]}")
    return found
