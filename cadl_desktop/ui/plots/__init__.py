"""Live plots in the theme's colours. They show arrays they are given and keep no truth."""
