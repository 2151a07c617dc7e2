"""Pages on networks that paint."""
