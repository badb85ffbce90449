"""The measure of what Flask itself costs: one route that draws one small page, without data."""

from __future__ import annotations

from flask import Flask, render_template

app = Flask(__name__)
_PAGE = app.jinja_env.from_string(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1>
<p>{{ greeting }}</p>
<ul>{% for name in names %}<li>{{ name }}</li>{% endfor %}</ul>
</body></html>"""
)


@app.get("/")
def page() -> str:
    """Draw a few lines that are always the same."""
    return render_template(_PAGE, title="Bare", greeting="A small page.", names=("one", "two", "three"))
