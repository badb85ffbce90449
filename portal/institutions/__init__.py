"""Institutions and everything published about them: registration, grades, fees, care, closures."""
