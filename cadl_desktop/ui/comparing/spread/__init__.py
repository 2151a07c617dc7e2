"""Spread of trainings that have something in common: bands of curves, deviations of paintings, sentences."""
