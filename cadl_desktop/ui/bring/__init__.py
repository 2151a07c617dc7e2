"""How a person's picture comes in: dialog, drop and clipboard, and the step that crops and sizes it."""
