"""Complaints (投诉): lodged without an account, answered in five working days, exposing nobody."""
