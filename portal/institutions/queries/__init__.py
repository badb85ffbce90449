"""The reading side of the institution records: every query takes a Scope and hands out prepared views."""
