"""Bytes on disk: atomic writing, bounded containers, locks. Imports nothing of the program but sentences."""
