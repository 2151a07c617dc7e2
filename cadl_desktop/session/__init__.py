"""The model behind a window: the document, its training and their views' data. Never widgets."""
