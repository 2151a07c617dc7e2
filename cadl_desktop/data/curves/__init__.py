"""Curve data: functions, points and tables."""
