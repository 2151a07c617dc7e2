"""Where the network stands in its view, and what of it is seen: rectangles and numbers only."""
