"""The preferences dialog, and the palette that finds every command by its name."""
