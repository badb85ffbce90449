"""Two years of the column in the demo city, made through the services."""

from portal.topics.demo.load import load_column, wipe_column

__all__ = ["load_column", "wipe_column"]
