"""Table of the window's parts, from which the tour, explanations, captions and lesson links are made."""
