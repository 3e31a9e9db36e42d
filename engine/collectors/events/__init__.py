"""Collectors of operational events: one file per kind of source."""
