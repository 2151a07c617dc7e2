"""What ties the views of the window to a session."""
