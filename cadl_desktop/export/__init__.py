"""Exports: weights, plots, pictures, scripts. Heavy libraries are imported when something is exported."""
