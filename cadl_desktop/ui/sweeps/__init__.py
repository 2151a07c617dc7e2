"""Sweeps in the window: set up in a panel, begun, opened, and announced."""
