"""Plots of trainings side by side: their costs over one another, and a setting against the results."""
