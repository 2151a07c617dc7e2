"""Evaluation of a sweep: importance of settings, comparison of seeds, and duration."""
