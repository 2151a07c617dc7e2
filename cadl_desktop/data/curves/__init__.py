"""Curves in: formulas, points and tables."""
