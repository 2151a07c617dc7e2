"""Comparison of trainings in a window: sets that change while they are trained, and their selection."""
