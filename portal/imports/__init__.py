"""Imports made in the browser: uploaded, checked, looked through, committed by the worker, undone."""
