"""How a sweep is set up: marks on the fields that can vary, and a panel that says how."""
