"""Trainings side by side, whatever they come from: runs of a project, trials of a sweep, seeds, designs."""
