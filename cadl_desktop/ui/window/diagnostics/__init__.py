"""Diagnostics: the log, the heartbeat of the event loop, and the report of a problem."""
