"""Runs: their events, bounded history, records, and the state to continue from. NumPy only."""
