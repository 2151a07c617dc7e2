"""The frame that a window lends its features, and how a feature says what it offers (door.py)."""
