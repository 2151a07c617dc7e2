"""Trainings side by side: the table of runs beside the studio, and the page with all views of a set."""
