"""Two designs side by side: one canvas, their costs on one axis, and who leads."""
