"""Costs, and the ways down them: slopes, valleys, surfaces, and the planes that a real network's
cost is drawn over."""
