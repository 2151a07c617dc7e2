"""What entries of the catalog say of themselves, beside what computes them."""
