"""The table of trainings, and the pane of runs beside the studio."""
