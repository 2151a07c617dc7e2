"""Masks that hide pixels of the picture to learn: drawing tools, overlay and controls."""
