"""What entries of the catalog are called and computed by in a script, a category a file."""
