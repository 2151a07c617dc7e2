"""Setting up of a sweep: marks on the fields that can vary, and the panel for the rest."""
