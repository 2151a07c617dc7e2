"""Everything that the program remembers from one start to the next: preferences, the layout, recent files."""
