"""The start page: every shipped experiment with the picture of what it learned, one click away."""
