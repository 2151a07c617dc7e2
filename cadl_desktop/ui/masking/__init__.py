"""Hiding pixels of the picture that is learned: tools, what they draw on, and what they draw."""
