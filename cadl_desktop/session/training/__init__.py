"""The training of now: what the worker tells of it, and how one follows another."""
