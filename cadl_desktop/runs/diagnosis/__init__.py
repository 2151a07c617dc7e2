"""What ails a network that does not learn, and what would help."""
