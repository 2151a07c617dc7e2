"""What neurons compute as pictures, made from arrays."""
