"""Everything that is stored between two starts of the program: preferences, layout, recent files."""
