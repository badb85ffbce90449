"""Alerts: who asked by mail to be told of what, and one mail a day of what is new."""
