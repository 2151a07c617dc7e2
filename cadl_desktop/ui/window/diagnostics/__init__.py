"""Diagnostics: the log and the report of a problem."""
