"""Timeline of a run: a bar to go to earlier moments, and marks that one of them is shown."""
