"""Preferences, and the palette in which every action is found by its name."""
