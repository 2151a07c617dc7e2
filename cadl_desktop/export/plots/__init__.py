"""Plots of a run, drawn without a screen, and their numbers as tables."""
