"""Collectors of actual state: one file per kind of source."""
