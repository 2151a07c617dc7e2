"""What was learned, changed by hand or replaced; each can be undone."""
