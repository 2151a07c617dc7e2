"""Figures of the lessons, painted: one renderer for every demonstration."""
