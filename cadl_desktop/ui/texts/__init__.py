"""Texts in the window, for lessons and manual: parsed Markdown, formulas and pictures in documents."""
