"""For a projector: the window without all that isn't looked at, in large type."""
