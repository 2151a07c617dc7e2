"""Lessons in the window: contents, texts and figures, as a page and as a dock beside the studio."""
