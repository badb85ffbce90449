"""The ``flask`` commands: thin, over services. One module per command group."""

from __future__ import annotations

from flask import Flask


def init_cli(app: Flask) -> None:
    """Register every command with the application."""
