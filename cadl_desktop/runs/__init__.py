"""What happened in a run: events, bounded history, the state to continue from. NumPy only."""
