"""The run's earlier moments: a bar to go through them, and the signs that one of them is shown."""
