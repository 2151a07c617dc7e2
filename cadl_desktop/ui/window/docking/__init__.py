"""The docks, and how they share the window's room."""
