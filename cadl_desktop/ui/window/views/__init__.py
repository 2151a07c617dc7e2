"""Connections between the views of the window and its session."""
