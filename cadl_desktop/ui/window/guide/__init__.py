"""What the window says of its parts: one table, and the tour, explanations, captions and links of it."""
