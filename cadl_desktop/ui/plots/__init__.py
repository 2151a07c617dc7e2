"""Live plots in the theme's colours; they draw arrays and hold no state of the document."""
