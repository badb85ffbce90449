"""Three years of supervision in the demo city, made through the services as staff make them."""

from portal.supervision.demo.load import load_supervision, wipe_supervision

__all__ = ["load_supervision", "wipe_supervision"]
