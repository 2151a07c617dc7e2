"""Colours, sizes, fonts, icons and the stylesheet, light and dark."""
