"""Bytes on disk: bounded containers, and writing that never costs a file. Knows nothing of the rest."""
