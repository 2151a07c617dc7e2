"""Pictures of all trainings side by side."""
