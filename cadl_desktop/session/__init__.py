"""What a window is about: the document, and the run that trains it. Never widgets."""
