"""The window's services for its features (frame.py), and the description of a feature's offers (door.py)."""
