"""The manual in the window: a page of its middle, and a window of its own beside a dialog."""
