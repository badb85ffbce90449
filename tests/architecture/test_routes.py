"""What holds for every endpoint there is, and for every one that will be added."""

from __future__ import annotations

import pytest
from flask import Flask
from jinja2 import nodes
from werkzeug.routing import AnyConverter, BaseConverter, Rule
from werkzeug.routing.converters import NumberConverter
from werkzeug.test import TestResponse

from tests.architecture.conftest import PageReader, Site

# written out a second time on purpose: opening the policy is a decision, not an edit
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
PERMISSIONS = "camera=(), microphone=(), geolocation=({}), payment=(), usb=()"
OPENED = {
    "/map": {"Permissions-Policy": PERMISSIONS.format("self")},
    "/survey": {"Referrer-Policy": "no-referrer"},
}
"""Paths that differ: the map may ask where the visitor is, a scanned address holds a code."""
FOR_SCRIPTS = {"public.map_points", "public.map_list", "public.map_boundaries", "public.search_suggest"}
"""Endpoints that pages ask by script: no link leads there."""
BY_RECEIPT = {
    "public.correction",
    "public.find_correction",
    "public.track_file",
    "public.track_consent",
    "public.track_withdraw",
    "public.withdraw_suggestion",
}
"""Endpoints that a typed receipt number leads to: no link may name one."""
BY_MAIL = {"public.confirm_alert", "public.my_alerts", "public.stop_alerts"}
"""Endpoints whose address holds a secret that only a mail tells."""
NOT_ON_THE_FIRST_DAY = {"public.integrity_csv", "public.integrity_json"}
"""Linked once a day has been closed, which none has when the demo city is made."""


def sample_address(app: Flask, rule: Rule) -> str:
    """Return an address that this rule answers."""
    values = {name: _sample(rule._converters[name]) for name in rule.arguments}
    with app.test_request_context():
        _, address = rule.build(values) or (None, None)
    assert address is not None, f"no sample address for {rule}"
    return address


def _sample(converter: BaseConverter) -> str:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return "1" if isinstance(converter, NumberConverter) else "x2345678"


def get_rules(app: Flask) -> list[Rule]:
    """Return every rule that answers GET."""
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]


def check_headers(address: str, response: TestResponse) -> None:
    """Every header there, with exactly the value it should have, once."""
    expected = HEADERS | OPENED.get(address.partition("?")[0], {})
    for name, value in expected.items():
        assert response.headers.getlist(name) == [value], f"{address}: {name}"
    assert "Set-Cookie" not in response.headers or "HttpOnly" in response.headers["Set-Cookie"], address


def test_reading_writes_nothing_even_where_there_is_nothing(sqlite_app: Flask, no_writes: list[str]) -> None:
    client = sqlite_app.test_client()
    for rule in get_rules(sqlite_app):
        address = sample_address(sqlite_app, rule)
        response = client.get(address)
        response.get_data()  # tables are written while they are sent
        assert response.status_code < 500, address
        check_headers(address, response)
        if response.mimetype == "text/html":
            assert PageReader(response.text).inline == [], address
    assert no_writes == []


def test_templates_name_only_endpoints_that_there_are(sqlite_app: Flask) -> None:
    """Also where no page of the demo city comes by: with every part that the address needs."""
    env, seen = sqlite_app.jinja_env, 0
    wrong: list[tuple[str, int, object]] = []
    for name in env.list_templates(extensions=["html"]):
        assert env.loader is not None
        tree = env.parse(env.loader.get_source(env, name)[0])
        for call in tree.find_all(nodes.Call):
            first = call.args[0] if call.args else None
            if not (isinstance(call.node, nodes.Name) and call.node.name == "url_for"):
                continue
            if not isinstance(first, nodes.Const) or str(first.value).startswith("."):
                continue
            seen += 1
            given = {one.key for one in call.kwargs}
            known = [rule for rule in sqlite_app.url_map.iter_rules() if rule.endpoint == first.value]
            fits = any(
                call.dyn_kwargs or rule.arguments <= given | set(rule.defaults or ()) for rule in known
            )
            if not fits:
                wrong.append((name, call.lineno, first.value))
    assert wrong == []
    assert seen > 100


def test_every_link_leads_somewhere(site: Site) -> None:
    broken = [
        (page.address, page.response.status_code) for page in site.pages if page.response.status_code != 200
    ]
    assert broken == []


def test_every_page_can_be_reached_from_the_first(demo_app: Flask, site: Site) -> None:
    public = {rule.endpoint for rule in get_rules(demo_app) if rule.endpoint.startswith("public.")}
    visited = {page.endpoint for page in site.pages}
    assert public - visited - FOR_SCRIPTS - BY_RECEIPT - BY_MAIL - NOT_ON_THE_FIRST_DAY == set()


def test_reading_the_demo_city_writes_nothing(site: Site) -> None:
    assert site.writes == []


def test_every_page_carries_every_header(site: Site) -> None:
    for page in site.pages:
        check_headers(page.address, page.response)


def test_no_page_needs_inline_script_or_style(site: Site) -> None:
    inline = {
        p.address: r.inline for p in site.pages if p.is_html and (r := PageReader(p.response.text)).inline
    }
    assert inline == {}


def test_no_page_loads_from_elsewhere(site: Site) -> None:
    foreign = [
        (page.address, load)
        for page in site.pages
        if page.is_html
        for load in PageReader(page.response.text).loads
        if "//" in load.split("?")[0]
    ]
    assert foreign == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_reading_addresses_refuse_writing(sqlite_app: Flask, method: str) -> None:
    client = sqlite_app.test_client()
    writable = {
        str(rule) for rule in sqlite_app.url_map.iter_rules() if method.upper() in (rule.methods or ())
    }
    for rule in get_rules(sqlite_app):
        if str(rule) not in writable:
            response = getattr(client, method)(sample_address(sqlite_app, rule))
            # without a form's token a POST may be refused before it is found out that nothing takes it
            assert response.status_code in (400, 405), rule


def test_https_is_kept_to(tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.conftest import make_app

    app = make_app(tmp_path_factory.mktemp("https"), base_url="https://portal.example.cn")
    response = app.test_client().get("/healthz")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert app.config["SESSION_COOKIE_SECURE"] is True
