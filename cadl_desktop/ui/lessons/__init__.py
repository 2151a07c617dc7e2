"""Lessons: their contents, texts and figures, as a page of the window and beside the studio."""
